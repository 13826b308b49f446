using System.Diagnostics;
using Scailfin.Core.JobManagers;

namespace Scailfin.Core.Telemetry;

/// <summary>
/// Counts, times and traces what the lifecycle asks of one backend. It stands around calls instead of around the manager: a decorator would
/// hide the optional interfaces.
/// </summary>
internal sealed class BackendCalls(JobMetrics metrics, string backend, TimeProvider time)
{
    /// <param name="call">The kind of call.</param>
    /// <param name="ask">Makes the call.</param>
    /// <param name="origin">The parent of the span if no other span is active: the submission of the job.</param>
    public async Task<T> MeasureAsync<T>(BackendCall call, Func<Task<T>> ask, ActivityContext origin = default)
    {
        using Activity? span = JobTraces.Start(call.SpanName, backend, origin);
        long begun = time.GetTimestamp();
        string outcome = Outcome.Error;
        try
        {
            T answer = await ask();
            outcome = Outcome.Ok;
            return answer;
        }
        catch (Exception exception) when (exception is JobManagerUnavailableException or OperationCanceledException)
        {
            outcome = Outcome.Unavailable;
            throw;
        }
        finally
        {
            if (outcome != Outcome.Ok)
                span?.SetStatus(ActivityStatusCode.Error, outcome);
            metrics.Called(backend, call, outcome, time.GetElapsedTime(begun));
        }
    }

    /// <inheritdoc cref="MeasureAsync{T}"/>
    public Task MeasureAsync(BackendCall call, Func<Task> ask, ActivityContext origin = default) => MeasureAsync(
        call,
        async () =>
        {
            await ask();
            return true;
        },
        origin);
}
