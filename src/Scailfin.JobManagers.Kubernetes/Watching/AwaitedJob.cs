using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Kubernetes.Objects;

namespace Scailfin.JobManagers.Kubernetes.Watching;

/// <summary>The state of an attempt that this process keeps and Kubernetes does not report.</summary>
internal sealed class AwaitedJob(JobId id, int number)
{
    private int _told;
    private int _hinting;

    public JobId Id { get; } = id;

    public int Number { get; } = number;

    /// <summary>A stop was requested, and the Job's deletion was sent to Kubernetes.</summary>
    public bool StopAsked { get; set; }

    /// <summary>Kubernetes answered to the stop that it has no such Job.</summary>
    public bool StopFoundNothing { get; set; }

    /// <summary>The end of an attempt that is given up, once its pod is gone.</summary>
    public AttemptEnd? GivenUp { get; set; }

    /// <summary>The time at which it was given up, by the monotonic clock.</summary>
    public TimeSpan GivenUpAt { get; set; }

    /// <summary>The pod as it was before it was given up: afterwards the kubelet makes up states.</summary>
    public PodObject? PodBefore { get; set; }

    /// <summary>The end that was reported.</summary>
    public EndClass? Ended { get; set; }

    /// <summary>Marks a reminder as scheduled; false if one already is.</summary>
    public bool BeginHint() => Interlocked.Exchange(ref _hinting, 1) == 0;

    /// <summary>Marks the scheduled reminder as delivered.</summary>
    public void EndHint() => Volatile.Write(ref _hinting, 0);

    /// <summary>Whether this is the first call.</summary>
    public bool TellOnce() => Interlocked.Exchange(ref _told, 1) == 0;
}
