using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;

namespace Scailfin.Core.Telemetry;

/// <summary>Counts the round trips to a store, and times its commits.</summary>
internal sealed class MeasuredStore(IJobStore store, JobMetrics metrics, TimeProvider time) : IJobStore
{
    public StoreTraits Traits => store.Traits;

    public Task InitializeAsync(CancellationToken cancellationToken) => store.InitializeAsync(cancellationToken);

    public async Task<IReadOnlyList<bool>> CommitAsync(IReadOnlyList<StoreWrite> group, CancellationToken cancellationToken)
    {
        long begun = time.GetTimestamp();
        string outcome = Outcome.Error;
        try
        {
            IReadOnlyList<bool> applied = await store.CommitAsync(group, cancellationToken);
            outcome = Outcome.Ok;
            return applied;
        }
        catch (Exception exception) when (IsAway(exception))
        {
            outcome = Outcome.Unavailable;
            throw;
        }
        finally
        {
            metrics.Committed(group.Count, outcome, time.GetElapsedTime(begun));
        }
    }

    public Task<IReadOnlyList<Job>> ListAsync(Guid? workflow, ISpecTexts? texts, CancellationToken cancellationToken) =>
        CountAsync("list", store.ListAsync(workflow, texts, cancellationToken));

    public Task<Job?> FindAsync(JobId id, CancellationToken cancellationToken) =>
        CountAsync("find", store.FindAsync(id, cancellationToken));

    public Task<string?> ReadLogsAsync(JobId id, CancellationToken cancellationToken) =>
        CountAsync("logs", store.ReadLogsAsync(id, cancellationToken));

    public Task<IReadOnlyList<TimelineEntry>> ReadTimelineAsync(JobId id, CancellationToken cancellationToken) =>
        CountAsync("timeline", store.ReadTimelineAsync(id, cancellationToken));

    private static bool IsAway(Exception exception) => exception is JobStoreUnavailableException or OperationCanceledException;

    private async Task<T> CountAsync<T>(string what, Task<T> reading)
    {
        string outcome = Outcome.Error;
        try
        {
            T answer = await reading;
            outcome = Outcome.Ok;
            return answer;
        }
        catch (Exception exception) when (IsAway(exception))
        {
            outcome = Outcome.Unavailable;
            throw;
        }
        finally
        {
            metrics.Read(what, outcome);
        }
    }
}
