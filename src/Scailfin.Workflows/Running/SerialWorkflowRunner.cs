using Scailfin.Workflows.Workspaces;

namespace Scailfin.Workflows.Running;

/// <summary>REANA's serial engine: each command of each step is one job, and the next starts when it has finished.</summary>
internal sealed class SerialWorkflowRunner(IWorkflowJobs jobs, IRunProgress progress, TimeProvider time)
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);

    private readonly JobWatch _watch = new(jobs, progress, time);

    public Task<RunResult> RunAsync(IReadOnlyList<WorkflowCommand> commands, RunWorkspace workspace, CancellationToken interrupted) =>
        progress.DuringAsync(commands.Count, async () =>
        {
            foreach (WorkflowCommand command in commands)
            {
                if (interrupted.IsCancellationRequested)
                    return new RunResult(RunOutcome.Interrupted, command);
                RunResult result = await RunOneAsync(command, workspace, interrupted);
                if (result.Outcome != RunOutcome.Finished)
                    return result;
            }
            return new RunResult(RunOutcome.Finished);
        });

    private async Task<RunResult> RunOneAsync(WorkflowCommand command, RunWorkspace workspace, CancellationToken interrupted)
    {
        long start = time.GetTimestamp();
        // The submission is not cancelled: a job whose id never arrived could not be stopped.
        string jobId = await jobs.SubmitAsync(command, workspace, CancellationToken.None);
        string last = "created";
        try
        {
            last = await _watch.UntilTerminalAsync(jobId, status => progress.StatusChanged(command, jobId, last = status), interrupted);
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            return new RunResult(RunOutcome.Interrupted, command, jobId, await StopAsync(jobId, last));
        }
        progress.CommandEnded(command, last, time.GetElapsedTime(start));
        return new RunResult(last == JobStatusNames.Finished ? RunOutcome.Finished : RunOutcome.Failed, command, jobId, last);
    }

    /// <summary>Stops the job and waits for it, with a bound: a user who pressed Ctrl-C does not want to wait.</summary>
    private async Task<string> StopAsync(string jobId, string last)
    {
        progress.Message($"Interrupted: stopping job {jobId}.");
        using var bound = new CancellationTokenSource(StopPatience, time);
        try
        {
            await jobs.StopAsync(jobId, bound.Token);
            await _watch.UntilTerminalAsync(jobId, status => last = status, bound.Token);
        }
        catch (OperationCanceledException)
        {
            progress.Message($"Job {jobId} is still '{last}' after {StopPatience.TotalSeconds:0} s.");
        }
        catch (WorkflowJobsException e)
        {
            progress.Message($"Job {jobId} could not be stopped: {e.Message}");
        }
        return last;
    }
}
