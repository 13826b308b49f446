using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobWrapper.Sites;

namespace Scailfin.JobWrapper.Tests.Conformance;

/// <summary>One attempt of a target.</summary>
public sealed record Scenario(string Name, string Command)
{
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Everything at once, as schedulers do it: again, because a process may begin between pkill's look at it and at its parent.
    /// </summary>
    public const string KillAll = "for again in 1 2 3; do pkill -KILL -s $session; sleep 0.1; done";

    /// <summary>As soon as this stands in the job's output or in the wrapper's log, <see cref="AtStop"/> happens; null for never.</summary>
    public string? StopsAt { get; init; }

    /// <summary>For the same, a call of a tool, as a pattern of the shell: it waits until that happened.</summary>
    public string? Blocks { get; init; }

    /// <summary>What the shell does then; <c>$session</c> is the wrapper, and its session.</summary>
    public string AtStop { get; init; } = "kill -TERM $session";

    /// <summary>How many copies are started at once.</summary>
    public int Copies { get; init; } = 1;

    /// <summary>
    /// How the workspace travels. Shared is the folder "ws" of the attempt; the attempt's folder is the submit host's for chirp.
    /// </summary>
    public StagingMode Staging { get; init; } = StagingMode.Transfer;

    /// <summary>As whom root's wrapper starts the step.</summary>
    public StepUser? StepUser { get; init; }

    /// <summary>What the shell does that then becomes the wrapper, such as setting a limit.</summary>
    public string Under { get; init; } = ":";

    /// <summary>Whether the script says what the input archive must be.</summary>
    public bool KnowsInput { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    public Func<SiteProfile, SiteProfile> Site { get; init; } = profile => profile;

    public Func<JobSpec, JobSpec> Spec { get; init; } = spec => spec;

    /// <summary>Run by the attempts' user, in the attempt's folder, before the wrapper.</summary>
    public string Before { get; init; } = ":";

    /// <summary>The same, when it has ended.</summary>
    public string After { get; init; } = ":";

    /// <summary>The wrapper's directory; null for the attempt's folder, which is {P} here.</summary>
    public string? Directory { get; init; }
}
