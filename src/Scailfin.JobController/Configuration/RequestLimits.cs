namespace Scailfin.JobController.Configuration;

/// <summary>How much one request may carry; more is refused with the limit in the message (design, section 8).</summary>
internal sealed record RequestLimits
{
    /// <summary><c>SCAILFIN_MAX_BODY</c>: bytes of a request's body.</summary>
    public int Body { get; init; } = 4 << 20;

    /// <summary><c>SCAILFIN_MAX_COMMAND</c>: bytes of the decoded command.</summary>
    public int Command { get; init; } = 1 << 20;

    /// <summary><c>SCAILFIN_MAX_ENVIRONMENT</c>: bytes of all names and values of the environment.</summary>
    public int Environment { get; init; } = 1 << 20;

    /// <summary><c>SCAILFIN_MAX_LOG</c>: bytes of a job's log that are kept.</summary>
    public int Log { get; init; } = 16 << 20;

    /// <summary>Characters of a job's name.</summary>
    public int JobName { get; init; } = 1024;

    /// <summary>Characters of an image's name: <c>job.docker_img</c> is a varchar(256) (contract G.2).</summary>
    public int Image { get; init; } = 256;

    /// <summary>Characters of the workspace's path: PATH_MAX.</summary>
    public int Workspace { get; init; } = 4096;
}
