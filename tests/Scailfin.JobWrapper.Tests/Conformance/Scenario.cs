using Scailfin.Core.Jobs;

namespace Scailfin.JobWrapper.Tests.Conformance;

/// <summary>One attempt of a target.</summary>
public sealed record Scenario(string Name, string Command)
{
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>TERM is sent as soon as this stands in the job's output or in the wrapper's log; null for never.</summary>
    public string? StopsAt { get; init; }

    /// <summary>The signal that is sent then.</summary>
    public string Signal { get; init; } = "TERM";

    /// <summary>How many copies are started at once.</summary>
    public int Copies { get; init; } = 1;

    /// <summary>Whether the workspace is used in place: the folder "ws" of the attempt.</summary>
    public bool IsShared { get; init; }

    /// <summary>What the shell does that then becomes the wrapper, such as setting a limit.</summary>
    public string Under { get; init; } = ":";

    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    public Func<SiteProfile, SiteProfile> Site { get; init; } = profile => profile;

    public Func<JobSpec, JobSpec> Spec { get; init; } = spec => spec;

    /// <summary>Run by the attempts' user, in the attempt's folder, before the wrapper.</summary>
    public string Before { get; init; } = ":";
}
