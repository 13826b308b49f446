using Scailfin.JobController.Configuration;
using Scailfin.JobManagers.Kubernetes.OwnPod;

namespace Scailfin.JobController.OwnPod;

/// <summary>
/// Asks Kubernetes what the sidecar's own pod was given, before anything is done with it. Until there is an answer jobs are refused and no
/// database is touched; questions are answered.
/// </summary>
internal sealed partial class OwnPodCheck(
    ServiceSettings settings, Func<CancellationToken, Task<IReadOnlyList<PodVariable>>> read, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>Why jobs are refused; null once they are not.</summary>
    public string? Problem { get; private set; } = "The service has not read its own Pod yet.";

    /// <summary>
    /// The settings to act on: these ones, or others that the service is to be started with again. Waits until it is known.
    /// </summary>
    /// <param name="process">The process environment.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<ServiceSettings> ConfirmAsync(IReadOnlyDictionary<string, string> process, CancellationToken cancellationToken)
    {
        IReadOnlyList<PodVariable> pod = await ReadAsync(cancellationToken);
        TrustedVariables trusted = TrustedVariables.Of(process, pod, OtherVariables.OfUsers);
        if (trusted.Hidden.Count > 0)
        {
            Problem = $"A secret of the user hides {string.Join(", ", trusted.Hidden)}, which is the operator's; no job is taken.";
            LogHidden(logger, Problem);
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
        }

        if (trusted.Variables.Count == process.Count
            && trusted.Variables.All(pair => process.TryGetValue(pair.Key, out string? value) && value == pair.Value))
        {
            Problem = null;
            return settings;
        }

        LogCorrected(logger, string.Join(", ", process.Keys.Union(trusted.Variables.Keys)
            .Where(name => process.GetValueOrDefault(name) != trusted.Variables.GetValueOrDefault(name)).Order(StringComparer.Ordinal)));
        return ServiceSettings.Read(trusted.Variables, settings.Mode);
    }

    private async Task<IReadOnlyList<PodVariable>> ReadAsync(CancellationToken cancellationToken)
    {
        TimeSpan pause = TimeSpan.FromSeconds(1);
        while (true)
        {
            try
            {
                return await read(cancellationToken);
            }
            catch (IOException exception)
            {
                string problem = $"The service cannot read its own Pod {settings.PodName}: {exception.Message}";
                if (problem != Problem)
                    LogUnread(logger, problem);
                Problem = problem;
            }

            await Task.Delay(pause, time, cancellationToken);
            pause = pause * 2 < Longest ? pause * 2 : Longest;
        }
    }

    [LoggerMessage(EventId = 620, Level = LogLevel.Error, Message = "{Problem}")]
    private static partial void LogHidden(ILogger logger, string problem);

    [LoggerMessage(EventId = 621, Level = LogLevel.Error, Message = "{Problem}; jobs are refused until it can")]
    private static partial void LogUnread(ILogger logger, string problem);

    [LoggerMessage(
        EventId = 622,
        Level = LogLevel.Warning,
        Message = "Secrets of the user have the names of settings and are not taken for them: {Names}")]
    private static partial void LogCorrected(ILogger logger, string names);
}
