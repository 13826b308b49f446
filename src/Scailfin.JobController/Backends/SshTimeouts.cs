using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Backends;

/// <summary>How long a login node may take to connect, to greet and to let in.</summary>
internal sealed record SshTimeouts(TimeSpan Connect, TimeSpan Banner, TimeSpan Authentication)
{
    public static SshTimeouts Read(SettingsReader reader, string prefix) =>
        new(
            Seconds(reader, $"{prefix}_SSH_TIMEOUT"),
            Seconds(reader, $"{prefix}_SSH_BANNER_TIMEOUT"),
            Seconds(reader, $"{prefix}_SSH_AUTH_TIMEOUT"));

    private static TimeSpan Seconds(SettingsReader reader, string name) => TimeSpan.FromSeconds(reader.Integer(name, 60, 1, 86_400));
}
