using Scailfin.JobWrapper.Sites;

namespace Scailfin.JobWrapper.Tests.Conformance;

/// <summary>A runtime with all that a test must know of it.</summary>
public sealed record RuntimeTarget
{
    public required string Name { get; init; }

    /// <summary>Who runs the wrapper.</summary>
    public string User { get; init; } = "alice";

    public required SiteProfile Profile { get; init; }

    public string Image { get; init; } = "box";

    /// <summary>As requests name it.</summary>
    public string Workspace { get; init; } = "/data/ws";

    /// <summary>Where it stands inside; null for its own path.</summary>
    public string? Inside { get; init; }

    /// <summary>Whether it stands somewhere in the node's scratch directory.</summary>
    public bool IsMoved { get; init; }

    /// <summary>The user's number inside.</summary>
    public string Uid { get; init; } = "1001";

    /// <summary>Whether the stand-ins for Shifter and aprun come first on PATH.</summary>
    public bool StandsIn { get; init; }

    /// <summary>What must exist on the node before, as a command for root's shell; FOLDER is the place of the attempts.</summary>
    public string Preparation { get; init; } = ":";

    /// <summary>What runs the attempts; a batch job of Slurm's, where it needs an allocation.</summary>
    public bool InSlurm { get; init; }

    /// <summary>
    /// The time limit of a step that is to reach it: it must have begun before, and in an allocation Slurm's steps begin late.
    /// </summary>
    public TimeSpan TimeoutOf(TimeSpan usual) => InSlurm ? 3 * usual : usual;

    public override string ToString() => Name;
}
