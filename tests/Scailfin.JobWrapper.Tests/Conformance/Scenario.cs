using Scailfin.Core.Jobs;

namespace Scailfin.JobWrapper.Tests.Conformance;

/// <summary>One attempt of a target.</summary>
public sealed record Scenario(string Name, string Command)
{
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether TERM is sent as soon as the step has printed "ready".</summary>
    public bool IsStopped { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    public Func<SiteProfile, SiteProfile> Site { get; init; } = profile => profile;

    public Func<JobSpec, JobSpec> Spec { get; init; } = spec => spec;

    /// <summary>Run by the attempts' user, in the attempt's folder, before the wrapper.</summary>
    public string Before { get; init; } = ":";
}
