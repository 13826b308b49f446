using System.Collections.Concurrent;
using Scailfin.Core.Time;
using Scailfin.JobManagers.Kubernetes.Objects;

namespace Scailfin.JobManagers.Kubernetes.Watching;

/// <summary>
/// The last seen state of the watched Jobs and pods, by the name of the Job. Events may come twice, late or in another order: an older
/// version of an object never replaces a newer one. Deleted objects are kept while an attempt still waits for them.
/// </summary>
internal sealed class ClusterView(TimeProvider time)
{
    /// <summary>Deleted pods are gone long before.</summary>
    private static readonly TimeSpan ReleasedFor = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, JobEntry> _entries = new(StringComparer.Ordinal);
    private readonly HashSet<string> _awaited = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _released = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>The clock that what was seen has its moments from: no step of the wall clock changes the time between them.</summary>
    public SteadyTime Steady { get; } = new(time);

    /// <summary>Called with the name of a Job of which something new was seen.</summary>
    public Action<string>? Changed { get; set; }

    /// <summary>Returns the state of a Job; never null.</summary>
    public JobEntry Find(string name) => _entries.GetValueOrDefault(name) ?? JobEntry.None;

    /// <summary>Everything.</summary>
    public IReadOnlyCollection<KeyValuePair<string, JobEntry>> All => [.. _entries];

    /// <summary>Begins to keep the state of this Job.</summary>
    public void Await(string name)
    {
        lock (_lock)
            _awaited.Add(name);
    }

    /// <summary>Stops keeping the state of a Job; only its removal is still expected.</summary>
    public void Release(string name)
    {
        lock (_lock)
        {
            DateTimeOffset now = Steady.GetUtcNow();
            foreach ((string old, _) in _released.Where(pair => SteadyTime.Between(pair.Value, now) > ReleasedFor).ToList())
                _released.Remove(old);
            _awaited.Remove(name);
            _released[name] = now;
            _entries.TryRemove(name, out _);
        }
    }

    /// <summary>Records that a Job was certainly deleted, although no event has reported it.</summary>
    public void MissJob(string name) => Update(name, entry => entry.IsJobGone ? entry : Missed(entry));

    /// <summary>Takes a version of a Job that cannot be read: only its own job is affected.</summary>
    public void MissJob(UnreadableObject job, bool deleted)
    {
        if (job.Name.Length > 0)
            Update(job.Name, entry => deleted ? Missed(entry) : entry with { UnreadableJob = job.Why });
    }

    /// <summary>Takes a version of a pod that cannot be read; one of no Job is of no interest.</summary>
    public void MissPod(UnreadableObject pod, bool deleted)
    {
        if (pod.JobName is not { } name)
            return;
        Update(name, entry => entry with
        {
            Pods = [.. entry.Pods.Select(known => deleted && IsSame(pod, known.Pod.Metadata.Uid, known.Pod.Metadata.Name)
                ? known with { GoneAt = known.GoneAt ?? Steady.GetUtcNow() }
                : known)],
            UnreadablePods = [.. Others(entry, pod.Uid, pod.Name), .. deleted ? [] : new[] { pod }],
        });
    }

    /// <summary>Takes a version of a Job.</summary>
    public void Take(JobObject job, bool deleted) => Update(job.Metadata.Name, entry =>
    {
        if (entry.Job is { } known && !IsNewer(job.Metadata, known.Metadata, deleted && entry.JobGoneAt is null))
            return entry;
        DateTimeOffset now = Steady.GetUtcNow();
        bool over = deleted || job.Outcome is not null;
        return entry with
        {
            Job = job,
            UnreadableJob = null,
            JobGoneAt = deleted ? now : null,
            OverSince = over ? entry.OverSince ?? now : null,
            AwaitsPodSince = job.IsSuspended ? null : entry.AwaitsPodSince ?? now,
        };
    });

    /// <summary>Takes a version of a pod; one of no Job is of no interest.</summary>
    public void Take(PodObject pod, bool deleted)
    {
        if (pod.Metadata.Labels?.JobName is not { } name)
            return;
        Update(name, entry =>
        {
            PodEntry? known = entry.Pods.FirstOrDefault(other => other.Pod.Metadata.Uid == pod.Metadata.Uid);
            if (known is not null && !IsNewer(pod.Metadata, known.Pod.Metadata, deleted && known.GoneAt is null))
                return entry;
            PodEntry next = Advance(known ?? new PodEntry(pod), pod) with { GoneAt = deleted ? Steady.GetUtcNow() : null };
            return entry with
            {
                Pods = [.. entry.Pods.Where(other => !ReferenceEquals(other, known)), next],
                UnreadablePods = [.. Others(entry, pod.Metadata.Uid, pod.Metadata.Name)],
            };
        });
    }

    /// <summary>Takes a complete list: a known object that the list lacks, and that is not younger than the list, is deleted.</summary>
    public void Replace(IReadOnlyList<Readable<JobObject>> jobs, ulong version)
    {
        HashSet<string> there = TakeAll(jobs, Take, MissJob);
        foreach ((string name, JobEntry entry) in _entries)
        {
            if (!entry.IsJobGone && !there.Contains(entry.Job?.Metadata.Uid ?? "") && !there.Contains(name)
                && (entry.Job?.Metadata.Version ?? 0) <= version)
                MissJob(name);
        }
    }

    /// <inheritdoc cref="Replace(IReadOnlyList{Readable{JobObject}}, ulong)"/>
    public void Replace(IReadOnlyList<Readable<PodObject>> pods, ulong version)
    {
        HashSet<string> there = TakeAll(pods, Take, MissPod);
        foreach ((_, JobEntry entry) in _entries)
        {
            foreach (PodEntry pod in entry.Pods)
            {
                ObjectMetadata metadata = pod.Pod.Metadata;
                if (pod.GoneAt is null && !there.Contains(metadata.Uid) && !there.Contains(metadata.Name) && metadata.Version <= version)
                    Take(pod.Pod, deleted: true);
            }

            foreach (UnreadableObject pod in entry.UnreadablePods.Where(pod => !there.Contains(pod.Uid) && !there.Contains(pod.Name)))
                MissPod(pod, deleted: true);
        }
    }

    /// <summary>Takes all listed objects and returns their uids; also the names of those that cannot be read.</summary>
    private static HashSet<string> TakeAll<T>(
        IReadOnlyList<Readable<T>> items, Action<T, bool> take, Action<UnreadableObject, bool> miss)
        where T : class, IWatchedObject
    {
        var there = new HashSet<string>(StringComparer.Ordinal);
        foreach (Readable<T> item in items)
        {
            if (item.Value is { } value)
            {
                there.Add(value.Metadata.Uid);
                take(value, false);
            }
            else if (item.Unreadable is { } unreadable)
            {
                there.UnionWith([unreadable.Uid, unreadable.Name]);
                miss(unreadable, false);
            }
        }

        there.Remove("");
        return there;
    }

    private static IEnumerable<UnreadableObject> Others(JobEntry entry, string uid, string name) =>
        entry.UnreadablePods.Where(pod => !IsSame(pod, uid, name));

    private static bool IsSame(UnreadableObject pod, string uid, string name) =>
        pod.Uid.Length > 0 && uid.Length > 0 ? pod.Uid == uid : pod.Name == name;

    private JobEntry Missed(JobEntry entry) => entry with
    {
        UnreadableJob = null,
        JobGoneAt = Steady.GetUtcNow(),
        OverSince = entry.OverSince ?? Steady.GetUtcNow(),
    };

    private PodEntry Advance(PodEntry known, PodObject pod)
    {
        DateTimeOffset now = Steady.GetUtcNow();
        PodTrouble? trouble = PodTrouble.Of(pod)?.WithCauseOf(known.Trouble);
        return known with
        {
            Pod = pod,
            Trouble = trouble,
            TroubleSince = trouble is null ? null : known.TroubleSince ?? now,
            UnschedulableSince = pod.IsUnschedulable ? known.UnschedulableSince ?? now : null,
            UnpreparedSince = pod.IsUnprepared ? known.UnpreparedSince ?? now : null,
            LeavingFrom = Earlier(known.LeavingFrom, AskedFrom(pod.Metadata)),
            LeavingSince = pod.Metadata.DeletionTimestamp is null ? null : known.LeavingSince ?? now,
            MainEndedSince = pod.Main?.Terminated is null ? null : known.MainEndedSince ?? now,
        };
    }

    /// <summary>
    /// Returns the time of the deletion request. Without a grace period the timestamp is that of the removal: 2 s before it is assumed.
    /// </summary>
    private static DateTimeOffset? AskedFrom(ObjectMetadata metadata) => metadata.DeletionGracePeriodSeconds is > 0 and { } grace
        ? metadata.DeletionTimestamp - TimeSpan.FromSeconds(grace)
        : metadata.DeletionTimestamp - TimeSpan.FromSeconds(2);

    private static DateTimeOffset? Earlier(DateTimeOffset? known, DateTimeOffset? seen) => known is null || seen < known ? seen : known;

    /// <summary>
    /// An event of a deletion has the version of the deletion, but may come with that of the last change; it counts once.
    /// </summary>
    private static bool IsNewer(ObjectMetadata candidate, ObjectMetadata known, bool deletion)
    {
        if (candidate.Version == 0 || known.Version == 0)
            return true;
        return candidate.Version > known.Version || (deletion && candidate.Version == known.Version);
    }

    private void Update(string name, Func<JobEntry, JobEntry> change)
    {
        lock (_lock)
        {
            if (_released.ContainsKey(name))
                return;
            JobEntry before = Find(name);
            JobEntry after = change(before.IsKnown ? before : before with { FirstSeenAt = Steady.GetUtcNow() });
            if (ReferenceEquals(before, after) || !after.IsKnown)
                return;
            if (after.IsGone && !_awaited.Contains(name))
                _entries.TryRemove(name, out _);
            else
                _entries[name] = after;
        }

        Changed?.Invoke(name);
    }
}
