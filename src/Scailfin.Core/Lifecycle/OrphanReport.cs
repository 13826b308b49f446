using Microsoft.Extensions.Logging;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Telemetry;
using Scailfin.Core.Time;

namespace Scailfin.Core.Lifecycle;

/// <summary>
/// Logs what a backend holds of a workflow and no job of the store names: an earlier service of the workflow submitted it, and its row is
/// missing. Nothing says what should become of it, so it is neither adopted nor stopped.
/// </summary>
internal sealed partial class OrphanReport(BackendLane lane, LifecycleServices services)
{
    /// <summary>Further orphans are counted, not named.</summary>
    private const int MostNamed = 100;

    private const int MostTries = 10;

    /// <summary>Lists the backend's jobs once it answers, and logs the orphans; gives up after a few tries, and never fails.</summary>
    public async Task RunAsync(Guid workflow, CancellationToken cancellationToken)
    {
        if (lane.Backend.Manager is not IListsJobs backend)
            return;
        var backOff = new BackOff(services.Time);
        for (int tries = 1; !cancellationToken.IsCancellationRequested; tries++)
        {
            try
            {
                Report(workflow, await lane.Calls.MeasureAsync(BackendCall.List, () => backend.ListAsync(workflow, cancellationToken)));
                return;
            }
            catch (Exception exception)
            {
                if (cancellationToken.IsCancellationRequested)
                    return;
                if (tries == MostTries)
                {
                    LogNotListed(services.Logger, lane.Backend.Name, workflow, exception.Message);
                    return;
                }
            }

            backOff.Begin();
            await backOff.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Report(Guid workflow, IReadOnlyList<BackendJob> held)
    {
        // The jobs are read after the listing: a job is in the book before it is submitted, so none of this service's own is missed.
        IReadOnlyList<Job> jobs = services.Book.All();
        HashSet<JobId> ids = [.. jobs.Select(job => job.Id)];
        HashSet<string> handles = [.. jobs.Select(job => job.Handle?.Id).OfType<string>()];
        BackendJob[] orphans = [.. held.Where(one => !handles.Contains(one.Id) && (one.Job is not { } id || !ids.Contains(id)))];
        lane.Orphans = orphans.Length;
        foreach (BackendJob orphan in orphans.Take(MostNamed))
            LogOrphan(services.Logger, orphan.Description, workflow, orphan.Removal);
        if (orphans.Length > MostNamed)
            LogMore(services.Logger, orphans.Length - MostNamed, lane.Backend.Name, workflow);
    }

    [LoggerMessage(
        EventId = 150,
        Level = LogLevel.Warning,
        Message = "{Description} of workflow {Workflow} belongs to no job in the store: an earlier service of the workflow submitted it, "
            + "and its row is missing. It is left as it is; to remove it: {Removal}")]
    private static partial void LogOrphan(ILogger logger, string description, Guid workflow, string removal);

    [LoggerMessage(
        EventId = 151,
        Level = LogLevel.Warning,
        Message = "{Count} more jobs of backend {Backend} and workflow {Workflow} belong to no job in the store")]
    private static partial void LogMore(ILogger logger, int count, string backend, Guid workflow);

    [LoggerMessage(
        EventId = 152,
        Level = LogLevel.Warning,
        Message = "Backend {Backend} cannot list what it holds of workflow {Workflow}, so what an earlier service left is not reported: "
            + "{Reason}")]
    private static partial void LogNotListed(ILogger logger, string backend, Guid workflow, string reason);
}
