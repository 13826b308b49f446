using System.Globalization;
using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Jobs;

/// <summary>The operator's rules for requests.</summary>
internal sealed record RequestSettings
{
    /// <summary><c>SCAILFIN_REANA_VERSION=0.9</c>: the older behaviour of contract section J.</summary>
    public bool OlderReana { get; init; }

    /// <summary><c>REANA_VETTED_CONTAINER_IMAGES</c>.</summary>
    public VettedImages VettedImages { get; init; } = VettedImages.All;

    /// <summary>
    /// <c>REANA_KUBERNETES_JOBS_TIMEOUT_LIMIT</c>, seconds, as written: a job's time limit unless it asks for one. In a sidecar it may be
    /// anything, and empty if unset: a value that is not a number is refused at each submission, as upstream does (contract A.6).
    /// </summary>
    public required string DefaultTimeout { get; init; }

    /// <summary><c>REANA_KUBERNETES_JOBS_MAX_USER_TIMEOUT_LIMIT</c>, seconds, as written: the longest time limit of a request.</summary>
    public required string LongestTimeout { get; init; }

    /// <summary><c>DASK_SCHEDULER_URI</c>: goes into every job's environment; empty for none (contract C.2).</summary>
    public string DaskScheduler { get; init; } = "";

    /// <summary>How much a request may carry.</summary>
    public RequestLimits Limits { get; init; } = new();

    /// <summary>What one user may have and ask in a standalone service; null in a sidecar, where an error would end the workflow.</summary>
    public UserSettings? Users { get; init; }

    public static RequestSettings Read(SettingsReader reader, ServiceMode mode)
    {
        bool sidecar = mode == ServiceMode.Sidecar;
        return new RequestSettings
        {
            OlderReana = reader.Choice("SCAILFIN_REANA_VERSION", "0.95", "0.9", "0.95") == "0.9",
            VettedImages = VettedImages.Read(reader),
            DefaultTimeout = Timeout(reader, "REANA_KUBERNETES_JOBS_TIMEOUT_LIMIT", sidecar, "604800"),
            LongestTimeout = Timeout(reader, "REANA_KUBERNETES_JOBS_MAX_USER_TIMEOUT_LIMIT", sidecar, "1209600"),
            DaskScheduler = reader.Parsed("DASK_SCHEDULER_URI", sidecar ? "tcp://127.0.0.1:8080" : "", "", text => text, text => text),
            Limits = RequestLimits.Read(reader),
            Users = UserSettings.Read(reader, mode),
        };
    }

    /// <summary>Reads a timeout. If it is invalid, upstream refuses all jobs (contract A.6); a standalone service does not start.</summary>
    private static string Timeout(SettingsReader reader, string name, bool sidecar, string byDefault) => reader.Parsed(
        name,
        sidecar ? "" : byDefault,
        "a whole number of seconds, greater than 0",
        text =>
            sidecar || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds > 0) ? text : null,
        text => text);
}
