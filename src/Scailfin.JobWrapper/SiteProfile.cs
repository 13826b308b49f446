namespace Scailfin.JobWrapper;

/// <summary>What the wrapper must know of the place where it runs.</summary>
public sealed record SiteProfile
{
    /// <summary>Runtimes that the wrapper knows. <c>none</c> runs steps without a container.</summary>
    public static IReadOnlyList<string> KnownRuntimes { get; } = ["apptainer", "singularity", "bubblewrap", "charliecloud", "podman", "none"];

    /// <summary>Order of preference; <c>none</c> only where the operator names it.</summary>
    public IReadOnlyList<string> Runtimes { get; init; } = ["apptainer", "singularity", "bubblewrap", "charliecloud", "podman"];

    /// <summary>Unpacked images, by name; empty for none.</summary>
    public string ImageDirectory { get; init; } = "";

    /// <summary>How many bytes of the main stream are kept from its beginning.</summary>
    public long LogHead { get; init; } = 8L << 20;

    /// <summary>How many bytes more are kept from its end.</summary>
    public long LogTail { get; init; } = 1L << 20;

    /// <summary>Time between TERM and KILL.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(10);
}
