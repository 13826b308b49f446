namespace Scailfin.Workflows.Running;

/// <summary>Follows one job by polling; if the service is unreachable for a short time (a restart), the run continues.</summary>
internal sealed class JobWatch(IWorkflowJobs jobs, IRunProgress progress, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Returns the terminal status.</summary>
    public async Task<string> UntilTerminalAsync(string jobId, Action<string> changed, CancellationToken cancellation)
    {
        string last = "";
        long? troubleSince = null;
        while (true)
        {
            try
            {
                string status = await jobs.StatusAsync(jobId, cancellation);
                if (troubleSince is not null)
                    progress.Message("The service answers again.");
                troubleSince = null;
                if (status != last)
                    changed(status);
                last = status;
                if (JobStatusNames.IsTerminal(status))
                    return status;
            }
            catch (WorkflowJobsException e) when (e.IsTransient && !cancellation.IsCancellationRequested)
            {
                if (troubleSince is null)
                    progress.Message($"{e.Message} Trying again for {Patience.TotalSeconds:0} s.");
                troubleSince ??= time.GetTimestamp();
                if (time.GetElapsedTime(troubleSince.Value) > Patience)
                    throw;
            }
            await Task.Delay(Interval, time, cancellation);
        }
    }
}
