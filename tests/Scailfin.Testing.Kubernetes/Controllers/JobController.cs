using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Http;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Controllers;

/// <summary>Makes pods for Jobs, counts how they end, and says when a Job is complete or failed. On the controllers' thread only.</summary>
internal sealed class JobController(NodeParts parts, PodLives lives, Kubelet kubelet, GarbageCollector garbage)
{
    private const string Tracking = "batch.kubernetes.io/job-tracking";
    private readonly Dictionary<string, JobRecord> _jobs = [];

    public void Changed(ObjectChange change)
    {
        StoredObject subject = change.Object;
        if (subject.Type == ResourceType.Jobs)
            JobChanged(change);
        else if (subject.Owner is { } owner && _jobs.TryGetValue(owner, out JobRecord? record))
            PodChanged(change, record);
    }

    private void JobChanged(ObjectChange change)
    {
        StoredObject job = change.Object;
        if (change.Kind == ChangeKind.Deleted)
        {
            if (!_jobs.TryGetValue(job.Uid, out JobRecord? gone))
                return;
            gone.IsGone = true;
            ReleasePods(gone);
            garbage.OwnerGone([.. gone.Pods.Values]);
            if (gone.Pods.Count == 0)
                _jobs.Remove(job.Uid);
            return;
        }
        if (!_jobs.TryGetValue(job.Uid, out JobRecord? record))
            _jobs.Add(job.Uid, record = new JobRecord(job));
        bool specChanged = record.Job.Metadata.Number("generation") != job.Metadata.Number("generation") || change.Kind == ChangeKind.Added;
        record.Job = job;
        if (specChanged)
            Queue(record, TimeSpan.Zero);
    }

    private void PodChanged(ObjectChange change, JobRecord record)
    {
        if (change.Kind == ChangeKind.Deleted)
            record.Pods.Remove(change.Object.Uid);
        else
            record.Pods[change.Object.Uid] = change.Object;
        if (record.IsGone)
        {
            if (record.Pods.Count == 0)
                _jobs.Remove(record.Job.Uid);
            else if (change.Object.HasFinalizers)
                ReleasePods(record);
            return;
        }
        if (Matters(change))
            Queue(record, parts.Pace.JobSync);
    }

    /// <summary>Not every status of a pod changes something in its Job.</summary>
    private static bool Matters(ObjectChange change) =>
        change.Previous is not { } before
        || change.Kind == ChangeKind.Deleted
        || before.Phase != change.Object.Phase
        || before.IsBeingDeleted != change.Object.IsBeingDeleted;

    private void Queue(JobRecord record, TimeSpan delay)
    {
        if (record.IsQueued)
            return;
        record.IsQueued = true;
        parts.Loop.DoAfter(delay, () =>
        {
            record.IsQueued = false;
            if (!record.IsGone)
                Sync(record);
        });
    }

    private void Sync(JobRecord record)
    {
        StoredObject job = record.Job;
        JsonObject spec = job.Spec!;
        if (job.IsBeingDeleted)
        {
            PublishStatus(record);
            garbage.OwnerIsBeingDeleted(job, [.. record.Pods.Values], () => ReleasePods(record));
            return;
        }
        if (record.IsFinished)
            return;
        bool isSuspended = spec.Flag("suspend");
        Suspend(record, isSuspended);
        if (!isSuspended)
            record.StartTime ??= parts.Time.GetUtcNow();
        SetDeadline(record, spec);
        Count(record, spec);
        Judge(record, spec);
        if (record.IsFinished)
        {
            SetTimeToLive(record, spec);
            return;
        }
        if (!isSuspended && !record.Is("FailureTarget") && !record.Is("SuccessCriteriaMet"))
            CreatePodIfNone(record, spec);
        PublishStatus(record);
    }

    private void Suspend(JobRecord record, bool isSuspended)
    {
        DateTimeOffset now = parts.Time.GetUtcNow();
        if (isSuspended && !record.Is("Suspended"))
        {
            record.StartTime = null;
            record.Set("Suspended", "True", "JobSuspended", "Job suspended", now);
            parts.Events.Job(record.Job, "Normal", "Suspended", "Job suspended");
            foreach (StoredObject pod in record.Pods.Values
                .Where(pod => !pod.IsBeingDeleted && pod.Phase is not ("Succeeded" or "Failed"))
                .ToList())
            {
                record.Counted.Add(pod.Uid);
                parts.Deletion.DeletePod(pod, null);
                parts.Events.Job(record.Job, "Normal", "SuccessfulDelete", $"Deleted pod: {pod.Name}");
            }
        }
        else if (!isSuspended && record.Is("Suspended"))
        {
            record.Set("Suspended", "False", "JobResumed", "Job resumed", now);
            parts.Events.Job(record.Job, "Normal", "Resumed", "Job resumed");
        }
    }

    private void SetDeadline(JobRecord record, JsonObject spec)
    {
        if (record.DeadlineIsSet || record.StartTime is null || spec.Number("activeDeadlineSeconds") is not { } seconds)
            return;
        record.DeadlineIsSet = true;
        parts.Loop.DoAfter(TimeSpan.FromSeconds(seconds), () =>
        {
            if (record.IsGone || record.IsFinished)
                return;
            record.DeadlineIsOver = true;
            Sync(record);
        });
    }

    /// <summary>Pods that have ended, or that somebody deleted, lose their finalizer once they are counted.</summary>
    private void Count(JobRecord record, JsonObject spec)
    {
        if (record.DeadlineIsOver && !record.Is("FailureTarget"))
        {
            record.Set(
                "FailureTarget", "True", "DeadlineExceeded", "Job was active longer than specified deadline", parts.Time.GetUtcNow());
            foreach (StoredObject pod in record.Pods.Values
                .Where(pod => !pod.IsBeingDeleted && pod.Phase is not ("Succeeded" or "Failed"))
                .ToList())
            {
                parts.Deletion.DeletePod(pod, null);
                parts.Events.Job(record.Job, "Normal", "SuccessfulDelete", $"Deleted pod: {pod.Name}");
                record.Pods[pod.Uid] = parts.Store.Find(ResourceType.Pods, pod.Namespace, pod.Name) ?? pod;
            }
        }
        bool waitsForEnd = spec.Text("podReplacementPolicy") == "Failed";
        foreach (StoredObject pod in record.Pods.Values.Where(pod => pod.HasFinalizers).ToList())
        {
            bool ended = pod.Phase is "Succeeded" or "Failed";
            if (!ended && !(pod.IsBeingDeleted && !waitsForEnd))
                continue;
            if (record.Counted.Add(pod.Uid))
                CountOne(record, spec, pod);
            else
                Release(record, pod);
        }
    }

    private void CountOne(JobRecord record, JsonObject spec, StoredObject pod)
    {
        DateTimeOffset now = parts.Time.GetUtcNow();
        bool succeeded = pod.Phase == "Succeeded";
        bool ignored = !succeeded
            && IgnoresDisruption(spec)
            && pod.Status.Objects("conditions").Any(condition => condition.Text("type") == "DisruptionTarget");
        if (succeeded)
        {
            record.Set("SuccessCriteriaMet", "True", "CompletionsReached", "Reached expected number of succeeded pods", now);
        }
        else if (!ignored && record.Failed + 1 > (spec.Number("backoffLimit") ?? 6) && !record.Is("FailureTarget"))
        {
            record.Set("FailureTarget", "True", "BackoffLimitExceeded", "Job has reached the specified backoff limit", now);
        }
        (record.UncountedFailed, record.NotBefore) = (!succeeded, now.AddSeconds(ignored ? 0 : 10 * Math.Pow(2, record.Failed)));
        record.Uncounted.Add(pod.Uid);
        PublishStatus(record);
        Release(record, pod);
        record.Uncounted.Clear();
        if (succeeded)
            record.Succeeded++;
        else if (!ignored)
            record.Failed++;
    }

    private static bool IgnoresDisruption(JsonObject spec) =>
        spec.Object("podFailurePolicy").Objects("rules").Any(rule =>
            rule.Text("action") == "Ignore" && rule.Objects("onPodConditions").Any());

    private void Judge(JobRecord record, JsonObject spec)
    {
        DateTimeOffset now = parts.Time.GetUtcNow();
        bool anyAlive = record.Pods.Values.Any(pod => pod.Phase is not ("Succeeded" or "Failed"));
        if (anyAlive || record.Pods.Values.Any(pod => pod.HasFinalizers))
            return;
        if (record.Conditions.Find(condition => condition.Type == "FailureTarget") is { } target)
        {
            record.Set("Failed", "True", target.Reason, target.Message, now);
            PublishStatus(record);
            parts.Events.Job(record.Job, "Warning", target.Reason, target.Message);
        }
        else if (record.Is("SuccessCriteriaMet") && record.Succeeded >= (spec.Number("completions") ?? 1))
        {
            record.CompletionTime = now;
            record.Set("Complete", "True", "CompletionsReached", "Reached expected number of succeeded pods", now);
            PublishStatus(record);
            parts.Events.Job(record.Job, "Normal", "Completed", "Job completed");
        }
    }

    private void SetTimeToLive(JobRecord record, JsonObject spec)
    {
        if (spec.Number("ttlSecondsAfterFinished") is { } seconds)
            parts.Loop.DoAfter(TimeSpan.FromSeconds(seconds), () => parts.Deletion.Delete(record.Job, new DeleteOptions("Foreground")));
    }

    private void CreatePodIfNone(JobRecord record, JsonObject spec)
    {
        if (record.IsCreating || record.Pods.Values.Any(pod => pod.Phase is not ("Succeeded" or "Failed")
            && !(pod.IsBeingDeleted && !pod.HasFinalizers && spec.Text("podReplacementPolicy") != "Failed")))
            return;
        TimeSpan wait = record.NotBefore is { } time && time - parts.Time.GetUtcNow() is var left && left > TimeSpan.Zero
            ? left
            : parts.Pace.PodCreation;
        record.IsCreating = true;
        parts.Loop.DoAfter(wait, () =>
        {
            record.IsCreating = false;
            if (record.IsGone || record.Job.IsBeingDeleted || record.Job.Spec.Flag("suspend") || record.IsFinished || record.DeadlineIsOver)
                return;
            CreatePod(record);
        });
    }

    private void CreatePod(JobRecord record)
    {
        JsonObject content = JobPods.Make(record.Job, Tracking, parts.Time.GetUtcNow());
        var draft = new StoredObject(ResourceType.Pods, content, 0);
        PodLife life = lives.For(draft);
        if (life.Refusal is { } refusal)
        {
            parts.Events.Job(record.Job, "Warning", "FailedCreate", refusal);
            TimeSpan again = TimeSpan.FromSeconds(Math.Pow(2, record.Refusals++));
            record.IsCreating = true;
            parts.Loop.DoAfter(again, () =>
            {
                record.IsCreating = false;
                if (!record.IsGone && !record.Job.IsBeingDeleted)
                    CreatePod(record);
            });
            PublishStatus(record);
            return;
        }
        kubelet.Choose(draft.Uid, life);
        if (parts.Store.Create(ResourceType.Pods, content) is not { } pod)
            return;
        record.Pods[pod.Uid] = pod;
        PublishStatus(record);
        parts.Events.Job(record.Job, "Normal", "SuccessfulCreate", $"Created pod: {pod.Name}");
    }

    private void ReleasePods(JobRecord record)
    {
        foreach (StoredObject pod in record.Pods.Values.Where(pod => pod.HasFinalizers).ToList())
            Release(record, pod);
    }

    private void Release(JobRecord record, StoredObject pod)
    {
        StoredObject? released = parts.Store.Change(ResourceType.Pods, pod.Namespace, pod.Name, pod.Uid, (copy, current) =>
        {
            var metadata = (JsonObject)copy["metadata"]!;
            metadata.Remove("finalizers");
            return current.IsBeingDeleted && metadata.Number("deletionGracePeriodSeconds") == 0
                ? ObjectStore.Outcome.Remove
                : ObjectStore.Outcome.Store;
        });
        if (released is null || parts.Store.Find(ResourceType.Pods, pod.Namespace, pod.Name)?.Uid != pod.Uid)
            record.Pods.Remove(pod.Uid);
        else
            record.Pods[pod.Uid] = released;
    }

    private void PublishStatus(JobRecord record) =>
        parts.Store.Change(ResourceType.Jobs, record.Job.Namespace, record.Job.Name, record.Job.Uid, (copy, current) =>
        {
            JsonObject status = record.Render();
            if (JsonNode.DeepEquals(status, current.Status))
                return ObjectStore.Outcome.Keep;
            copy["status"] = status;
            return ObjectStore.Outcome.Store;
        });
}
