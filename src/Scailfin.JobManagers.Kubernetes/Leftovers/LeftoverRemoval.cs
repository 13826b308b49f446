using Microsoft.Extensions.Logging;
using Scailfin.JobManagers.Kubernetes.Watching;

namespace Scailfin.JobManagers.Kubernetes.Leftovers;

/// <summary>
/// Deletes leftover Jobs once, if the operator has enabled that. A failure is retried a few times, and then left to the next start of a
/// service.
/// </summary>
internal sealed partial class LeftoverRemoval(KubernetesLeftovers leftovers, TimeProvider time, ILogger logger)
{
    private const int MostTries = 5;

    /// <summary>Deletes the leftovers, with a few retries; never fails.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var pauses = new Pauses(time);
        for (int tries = 1; !cancellationToken.IsCancellationRequested; tries++)
        {
            try
            {
                await RemoveAsync(cancellationToken);
                return;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                if (tries == MostTries)
                {
                    LogLeft(logger, exception.Message);
                    return;
                }
            }

            await pauses.NextAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RemoveAsync(CancellationToken cancellationToken)
    {
        foreach (Leftover leftover in await leftovers.ListAsync(workflow: null, cancellationToken))
        {
            if (await leftovers.RemoveAsync(leftover, cancellationToken))
                LogRemoved(logger, leftover.Name, leftover.Workflow, leftover.State);
        }
    }

    [LoggerMessage(
        EventId = 611,
        Level = LogLevel.Information,
        Message = "Job {Name} of workflow {Workflow}, whose engine has ended, was left over ({State}) and is deleted")]
    private static partial void LogRemoved(ILogger logger, string name, string workflow, string state);

    [LoggerMessage(EventId = 612, Level = LogLevel.Warning, Message = "What dead sidecars left behind could not be removed: {Reason}")]
    private static partial void LogLeft(ILogger logger, string reason);
}
