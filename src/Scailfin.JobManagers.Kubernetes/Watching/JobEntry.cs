using Scailfin.JobManagers.Kubernetes.Objects;

namespace Scailfin.JobManagers.Kubernetes.Watching;

/// <summary>
/// All that is known of one Job and its pods. Immutable: it is replaced as a whole, so that each reader sees one consistent state.
/// </summary>
internal sealed record JobEntry
{
    /// <summary>The entry of a Job that was never seen.</summary>
    public static JobEntry None { get; } = new();

    /// <summary>The Job as last seen; null if it was never seen.</summary>
    public JobObject? Job { get; init; }

    /// <summary>When it was first missed, or seen to be deleted; null while it is there.</summary>
    public DateTimeOffset? JobGoneAt { get; init; }

    /// <summary>The time at which an object of this name was first seen.</summary>
    public DateTimeOffset FirstSeenAt { get; init; }

    /// <summary>The time at which the Job was first seen as ended or deleted.</summary>
    public DateTimeOffset? OverSince { get; init; }

    /// <summary>The time at which the Job was first seen free to have a pod; null while it is suspended.</summary>
    public DateTimeOffset? AwaitsPodSince { get; init; }

    /// <summary>The Job's pods, including deleted ones.</summary>
    public IReadOnlyList<PodEntry> Pods { get; init; } = [];

    /// <summary>Why the newest version of the Job cannot be read; null while it can.</summary>
    public string? UnreadableJob { get; init; }

    /// <summary>The Job's pods whose newest version cannot be parsed.</summary>
    public IReadOnlyList<UnreadableObject> UnreadablePods { get; init; } = [];

    /// <summary>Whether Kubernetes is known not to have the Job.</summary>
    public bool IsJobGone => JobGoneAt is not null || (Job is null && UnreadableJob is null);

    /// <summary>The pod that counts: the youngest.</summary>
    public PodEntry? Youngest => Pods.Count == 0 ? null : Pods.MaxBy(pod => (pod.Pod.Metadata.CreationTimestamp, pod.Pod.Metadata.Version));

    /// <summary>Whether Kubernetes has it, or had it.</summary>
    public bool IsKnown => Job is not null || Pods.Count > 0 || UnreadableJob is not null || UnreadablePods.Count > 0;

    /// <summary>Whether nothing of it is left.</summary>
    public bool IsGone => IsJobGone && UnreadablePods.Count == 0 && Pods.All(pod => pod.GoneAt is not null);
}

/// <summary>A pod as it was seen last.</summary>
internal sealed record PodEntry(PodObject Pod)
{
    /// <summary>When it was first missed, or seen to be deleted; null while it is there.</summary>
    public DateTimeOffset? GoneAt { get; init; }

    /// <summary>Why the pod's containers cannot be started, with the cause that was last reported; null if they can.</summary>
    public PodTrouble? Trouble { get; init; }

    /// <summary>Since when its containers cannot be started; null while nothing of that kind is the matter.</summary>
    public DateTimeOffset? TroubleSince { get; init; }

    /// <summary>The time at which it was first seen to fit on no node; null while it is not so.</summary>
    public DateTimeOffset? UnschedulableSince { get; init; }

    /// <summary>The time at which its node was first seen without the pod's volumes and network; null while it is not so.</summary>
    public DateTimeOffset? UnpreparedSince { get; init; }

    /// <summary>The time at which the pod was first seen as being deleted.</summary>
    public DateTimeOffset? LeavingSince { get; init; }

    /// <summary>
    /// The time of the request to delete the pod, by its own clock and to the second. The last version of a pod has the time of its
    /// removal instead, with a grace period of 0.
    /// </summary>
    public DateTimeOffset? LeavingFrom { get; init; }

    /// <summary>The time at which the step's container was first seen as ended.</summary>
    public DateTimeOffset? MainEndedSince { get; init; }
}
