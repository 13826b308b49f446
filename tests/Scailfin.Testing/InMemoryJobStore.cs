using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;

namespace Scailfin.Testing;

/// <summary>A store in memory with the rules of the real ones; can be told to fail.</summary>
public sealed class InMemoryJobStore : IJobStore
{
    private readonly Lock _lock = new();
    private readonly OrderedDictionary<JobId, Job> _jobs = [];
    private readonly Dictionary<JobId, string> _logs = [];
    private readonly Dictionary<JobId, List<TimelineEntry>> _timelines = [];

    public StoreTraits Traits { get; set; } = new();

    /// <summary>While set, everything fails and nothing is stored.</summary>
    public bool IsAway { get; set; }

    /// <summary>While set, commits are made, and the answer is lost.</summary>
    public bool LosesAnswers { get; set; }

    /// <summary>How many of the next commits that change a row fail; those that only insert do not.</summary>
    public int FailingWrites { get; set; }

    /// <summary>Every commit waits for this first.</summary>
    public Task CommitDelay { get; set; } = Task.CompletedTask;

    /// <summary>How many commits were begun.</summary>
    public int CommitsBegun { get; private set; }

    /// <summary>How many groups were committed.</summary>
    public int Commits { get; private set; }

    /// <summary>How many reads failed.</summary>
    public int FailedReads { get; private set; }

    /// <summary>The writes that were applied, in their order.</summary>
    public List<StoreWrite> Applied { get; } = [];

    public Task InitializeAsync(CancellationToken cancellationToken) => IsAway ? Task.FromException(Away()) : Task.CompletedTask;

    public async Task<IReadOnlyList<bool>> CommitAsync(IReadOnlyList<StoreWrite> group, CancellationToken cancellationToken)
    {
        CommitsBegun++;
        await CommitDelay.WaitAsync(cancellationToken);
        lock (_lock)
        {
            if (IsAway || (group.Any(write => write is StoreWrite.Change) && FailingWrites > 0 && FailingWrites-- > 0))
                throw Away();
            Commits++;
            IReadOnlyList<bool> applied = [.. group.Select(Apply)];
            return LosesAnswers ? throw Away() : applied;
        }
    }

    public Task<IReadOnlyList<Job>> ListAsync(Guid? workflow, ISpecTexts? texts, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<Job>>(() =>
        [
            .. _jobs.Values.Where(job => workflow is null || job.Spec.WorkflowUuid == workflow)
                .Select(job => texts is null ? job : texts.Adopt(job)),
        ]);

    public Task<Job?> FindAsync(JobId id, CancellationToken cancellationToken) => Read(() => _jobs.GetValueOrDefault(id));

    public Task<string?> ReadLogsAsync(JobId id, CancellationToken cancellationToken) => Read(() => _logs.GetValueOrDefault(id));

    public Task<IReadOnlyList<TimelineEntry>> ReadTimelineAsync(JobId id, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<TimelineEntry>>(() => [.. _timelines.GetValueOrDefault(id) ?? []]);

    /// <summary>The row of a job, also while the store is away.</summary>
    public Job Stored(JobId id)
    {
        lock (_lock)
            return _jobs[id];
    }

    private bool Apply(StoreWrite write)
    {
        bool applied = write switch
        {
            StoreWrite.Insert insert => _jobs.TryAdd(insert.Job.Id, insert.Job) && Append(insert.Job.Id, insert.Entries, null),
            StoreWrite.Change change => _jobs.TryGetValue(change.Job.Id, out Job? stored)
                && (stored.Status == change.Expected || stored.Status == change.Job.Status)
                && Replace(change),
            StoreWrite.Forget forget => _jobs.Remove(forget.Id) | _logs.Remove(forget.Id) | _timelines.Remove(forget.Id) | true,
            _ => true,
        };
        if (applied)
            Applied.Add(write);
        return applied;
    }

    private bool Replace(StoreWrite.Change change)
    {
        _jobs[change.Job.Id] = change.Job;
        return Append(change.Job.Id, change.Entries, change.Logs);
    }

    private bool Append(JobId id, IReadOnlyList<TimelineEntry> entries, string? logs)
    {
        if (!_timelines.TryGetValue(id, out List<TimelineEntry>? timeline))
            _timelines[id] = timeline = [];
        timeline.AddRange(entries.Where(entry => !timeline.Contains(entry)));
        if (logs is not null)
            _logs[id] = logs;
        return true;
    }

    private Task<T> Read<T>(Func<T> read)
    {
        lock (_lock)
        {
            if (!IsAway)
                return Task.FromResult(read());
            FailedReads++;
            return Task.FromException<T>(Away());
        }
    }

    private static JobStoreUnavailableException Away() => new("The job store is away.", new IOException("disk full"));
}
