using Scailfin.JobController.Hosting;
using Scailfin.JobManagers.Kubernetes.OwnPod;

namespace Scailfin.JobController.Sidecar;

/// <summary>
/// Reads the sidecar's own Pod before the service acts on its settings. Requests that need those settings wait here (design, section 1).
/// </summary>
internal sealed partial class OwnPodCheck(
    ServiceSettings settings, Func<CancellationToken, Task<OwnPodContent>> read, TimeProvider time, ILogger logger)
{
    /// <summary>How long requests that change something wait, from the first attempt to read the Pod.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _refusing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string _problem = $"The service cannot read its own Pod '{settings.PodName}': Kubernetes has not answered.";

    /// <summary>Releases the requests that wait.</summary>
    public void Open() => _open.TrySetResult();

    /// <summary>Waits until the settings are confirmed, and returns null; or returns why the request is refused.</summary>
    /// <param name="isBounded">Whether the request is refused if the Pod could not be read within <see cref="Bound"/>.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<string?> WaitAsync(bool isBounded, CancellationToken cancellationToken)
    {
        Task ended = isBounded ? Task.WhenAny(_open.Task, _refusing.Task) : _open.Task;
        await ended.WaitAsync(cancellationToken);
        return _open.Task.IsCompleted ? null : _problem;
    }

    /// <summary>
    /// Returns the settings to act on once the Pod has been read: those of this check, or others that the service must be started again
    /// with.
    /// </summary>
    /// <param name="process">The process environment.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<ServiceSettings> ConfirmAsync(IReadOnlyDictionary<string, string> process, CancellationToken cancellationToken)
    {
        OwnPodContent pod = await ReadAsync(cancellationToken);
        TrustedVariables trusted = TrustedVariables.Of(process, pod.Variables, OtherVariables.OfUsers);
        if (trusted.Hidden.Count > 0)
        {
            _problem =
                $"A secret of the user has the name of the operator's secret {string.Join(", ", trusted.Hidden)} and hides its value; "
                + "the service takes no jobs. Rename or delete the user's secret, and start the workflow again.";
            LogHidden(logger, _problem);
            _refusing.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
        }

        ServiceSettings confirmed = Confirmed(process, trusted.Variables);
        return Guid.TryParseExact(pod.Workflow, "D", out Guid workflow) && workflow != ServiceScope.Of(confirmed).Workflow
            ? confirmed with { Workflow = workflow, Held = false }
            : confirmed;
    }

    private ServiceSettings Confirmed(IReadOnlyDictionary<string, string> process, IReadOnlyDictionary<string, string> trusted)
    {
        string[] differing =
        [
            .. process.Keys.Union(trusted.Keys).Where(name => process.GetValueOrDefault(name) != trusted.GetValueOrDefault(name))
                .Order(StringComparer.Ordinal),
        ];
        if (differing.Length == 0)
            return settings;
        LogCorrected(logger, string.Join(", ", differing));

        // The service listens already.
        ServiceSettings confirmed = ServiceSettings.Read(trusted, settings.Mode);
        return confirmed with { Listen = settings.Listen, ListenDescriptor = settings.ListenDescriptor };
    }

    private async Task<OwnPodContent> ReadAsync(CancellationToken cancellationToken)
    {
        await using ITimer bound = time.CreateTimer(_ => _refusing.TrySetResult(), null, Bound, Timeout.InfiniteTimeSpan);
        TimeSpan pause = FirstPause;
        while (true)
        {
            try
            {
                return await read(cancellationToken);
            }
            catch (IOException exception)
            {
                string problem = $"The service cannot read its own Pod '{settings.PodName}': {exception.Message.TrimEnd('.')}.";
                if (problem != _problem)
                    LogUnread(logger, problem);
                _problem = problem;
            }

            await Task.Delay(pause, time, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    [LoggerMessage(EventId = 620, Level = LogLevel.Error, Message = "{Problem}")]
    private static partial void LogHidden(ILogger logger, string problem);

    [LoggerMessage(EventId = 621, Level = LogLevel.Error, Message = "{Problem} Jobs wait for it, and are refused after 60 s")]
    private static partial void LogUnread(ILogger logger, string problem);

    [LoggerMessage(
        EventId = 622,
        Level = LogLevel.Warning,
        Message = "The user's secrets of these names are ignored, because they are names of settings: {Names}")]
    private static partial void LogCorrected(ILogger logger, string names);
}
