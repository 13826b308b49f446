using Scailfin.Core.Lifecycle;
using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Jobs;

/// <summary>What one user may have in the service, and ask of it. Administrators have no such limits.</summary>
internal sealed record UserSettings
{
    private const string JobsVariable = "SCAILFIN_USER_JOBS";
    private const string SizeVariable = "SCAILFIN_USER_MEGABYTES";
    private const string RequestsVariable = "SCAILFIN_USER_REQUESTS";

    /// <summary><c>SCAILFIN_USER_JOBS</c> and <c>SCAILFIN_USER_MEGABYTES</c>.</summary>
    public UserLimits Limits { get; init; } = new();

    /// <summary><c>SCAILFIN_USER_REQUESTS</c>: requests in a second, on average.</summary>
    public int Requests { get; init; } = 200;

    /// <summary>Reads the settings; null in a sidecar, whose one client would take an error for the end of the workflow.</summary>
    public static UserSettings? Read(SettingsReader reader, ServiceMode mode)
    {
        var settings = new UserSettings();
        string? odd = Array.Find((string[])[JobsVariable, SizeVariable, RequestsVariable], name => reader.Peek(name) is not null);
        settings = settings with
        {
            Limits = new UserLimits
            {
                LiveJobs = reader.Integer(JobsVariable, settings.Limits.LiveJobs, 1),
                Bytes = (long)reader.Integer(SizeVariable, (int)(settings.Limits.Bytes >> 20), 1) << 20,
            },
            Requests = reader.Integer(RequestsVariable, settings.Requests, 1, 1_000_000),
        };
        if (mode == ServiceMode.Standalone)
            return settings;
        if (odd is not null)
            reader.Note($"{odd} is set, and has no effect: a sidecar has one user");
        return null;
    }
}
