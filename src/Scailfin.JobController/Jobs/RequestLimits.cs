using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Jobs;

/// <summary>How much one request may carry; more is refused with the limit in the message (design, section 8).</summary>
internal sealed record RequestLimits
{
    /// <summary>More than this of one thing is never held in memory, whatever the settings say.</summary>
    private const int Largest = 1 << 30;

    /// <summary><c>SCAILFIN_MAX_BODY</c>: bytes of a request's body.</summary>
    public int Body { get; init; } = 4 << 20;

    /// <summary><c>SCAILFIN_MAX_COMMAND</c>: bytes of the decoded command.</summary>
    public int Command { get; init; } = 1 << 20;

    /// <summary><c>SCAILFIN_MAX_ENVIRONMENT</c>: bytes of all names and values of the environment.</summary>
    public int Environment { get; init; } = 1 << 20;

    /// <summary><c>SCAILFIN_MAX_LOG</c>: bytes of a job's log that are kept.</summary>
    public int Log { get; init; } = 16 << 20;

    /// <summary>Characters of an image's name: <c>job.docker_img</c> is a varchar(256) (contract G.2).</summary>
    public int Image { get; init; } = 256;

    /// <summary>Characters of the workspace's path: PATH_MAX.</summary>
    public int Workspace { get; init; } = 4096;

    /// <summary>Characters of any other text; of a list, of all its members together.</summary>
    public int Text { get; init; } = 16 << 10;

    public static RequestLimits Read(SettingsReader reader)
    {
        var limits = new RequestLimits();
        return limits with
        {
            Body = reader.Integer("SCAILFIN_MAX_BODY", limits.Body, 1024, Largest),
            Command = reader.Integer("SCAILFIN_MAX_COMMAND", limits.Command, 1024, Largest),
            Environment = reader.Integer("SCAILFIN_MAX_ENVIRONMENT", limits.Environment, 1024, Largest),
            Log = reader.Integer("SCAILFIN_MAX_LOG", limits.Log, 1024, Largest),
        };
    }
}
