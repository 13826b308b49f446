using System.Text.Json;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Kubernetes.Api;
using Scailfin.JobManagers.Kubernetes.Logs;
using Scailfin.JobManagers.Kubernetes.Manifests;
using Scailfin.JobManagers.Kubernetes.Objects;
using Scailfin.JobManagers.Kubernetes.Watching;

namespace Scailfin.JobManagers.Kubernetes.Stopping;

/// <summary>Deletes Jobs: to stop them, to give them up, or because they have ended.</summary>
internal sealed class JobRemover(
    KubernetesApi api,
    ClusterWatch watch,
    JobManifestBuilder manifests,
    JobLogs logs,
    IReadOnlyList<string> keepAlive,
    TimeProvider time)
{
    public async Task<StopAnswer> StopAsync(Attempt attempt, string name, AwaitedJob job, CancellationToken cancellationToken)
    {
        if (!watch.View.Find(name).IsKnown)
            await FirstLookAsync(cancellationToken);
        await logs.FollowAsync(name).WaitAsync(cancellationToken);
        ApiRefusal? refusal = await TryDeleteAsync(name, cancellationToken);
        if (refusal is { Class: not RefusalClass.NotFound })
            return new StopAnswer.Refused($"The Job {name} cannot be deleted. {refusal.Sentence}");
        bool found = refusal is null;
        if (!found && attempt.Handle is null && !watch.View.Find(name).IsKnown)
            await HoldNameAsync(attempt, name, cancellationToken);

        // If the Job was deleted without its pods, its pod still runs.
        if (!found
            && watch.View.Find(name).Youngest is { GoneAt: null, LeavingSince: null, Pod: { IsOver: false } orphan }
            && await StopOrphanAsync(orphan.Metadata.Name, cancellationToken) is { } unstopped)
            return new StopAnswer.Refused(unstopped);
        job.StopFoundNothing = !found;
        job.StopAsked = true;
        return new StopAnswer.Accepted();
    }

    public async Task ReleaseAsync(string name, AwaitedJob job, CancellationToken cancellationToken)
    {
        JobEntry entry = watch.View.Find(name);
        if (entry.Youngest is { } pod)
            logs.Forget(pod.Pod.Metadata.Name);
        if (entry.JobGoneAt is null && !IsKeptAlive(job, entry))
            await DeleteAsync(name, cancellationToken);
    }

    /// <exception cref="InvalidOperationException">Kubernetes refuses the deletion.</exception>
    public async Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        if (await TryDeleteAsync(name, cancellationToken) is { Class: not RefusalClass.NotFound } refusal)
            throw new InvalidOperationException($"The Job {name} cannot be deleted. {refusal.Sentence}");
    }

    /// <summary>Deletes the Job; null on success, 404 if it does not exist.</summary>
    private async Task<ApiRefusal?> TryDeleteAsync(string name, CancellationToken cancellationToken)
    {
        ApiRefusal? refusal = await ApiCall.ReachAsync<ApiRefusal?>(() => api.DeleteJobAsync(name, cancellationToken));
        if (refusal is { Class: RefusalClass.NotFound })
            watch.View.MissJob(name);
        return refusal is { Class: not RefusalClass.NotFound, IsTransient: true }
            ? throw new JobManagerUnavailableException($"The Job {name} cannot be deleted. {refusal.Sentence}")
            : refusal;
    }

    /// <summary>
    /// Ends a pod whose Job is gone. Upstream's role (contract C.4) may not delete pods; it may update them, and a pod that has reached its
    /// deadline is ended by its kubelet.
    /// </summary>
    /// <returns>Null if Kubernetes accepted that, else why not.</returns>
    private async Task<string?> StopOrphanAsync(string pod, CancellationToken cancellationToken)
    {
        ApiRefusal? notDeleted = await ApiCall.ReachAsync(() => api.DeletePodAsync(pod, cancellationToken));
        if (notDeleted is null or { Class: RefusalClass.NotFound })
            return null;
        ApiRefusal? notLimited = await ApiCall.ReachAsync(() => api.LimitPodAsync(pod, seconds: 1, cancellationToken));
        return notLimited is null or { Class: RefusalClass.NotFound }
            ? null
            : $"The pod {pod}, whose Job is gone, can neither be deleted nor given a deadline. {notDeleted.Sentence} {notLimited.Sentence}";
    }

    /// <summary>An earlier submission may still arrive: its name is taken by a Job that never runs, which the release deletes.</summary>
    private async Task HoldNameAsync(Attempt attempt, string name, CancellationToken cancellationToken)
    {
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(manifests.BuildPlaceholder(attempt), ManifestJson.Default.JobManifest);
        ApiResult<JobObject> held = await ApiCall.ReachAsync(() => api.CreateJobAsync(body, cancellationToken));
        if (held.Value is { } job)
            watch.View.Take(job, deleted: false);
        else if (held.Refusal is { Class: RefusalClass.AlreadyExists })
            await DeleteAsync(name, cancellationToken);
        else
            throw new JobManagerUnavailableException(
                $"The Job {name}, whose name keeps a late submission out, cannot be created. {held.Refusal!.Sentence}");
    }

    /// <summary>
    /// Whether an ended Job stays in the cluster. A Job whose pod is not over is never kept: it would run on, or begin, after its end was
    /// reported.
    /// </summary>
    private bool IsKeptAlive(AwaitedJob job, JobEntry entry) =>
        !job.StopAsked
        && entry.Youngest is { Pod.IsOver: true }
        && keepAlive.Contains(job.Ended == EndClass.Succeeded ? "finished" : "failed");

    /// <summary>
    /// After a start of the service, waits for the first list of pods, for a few seconds at most: the log and the end of a pod that is not
    /// listed yet cannot be saved.
    /// </summary>
    private async Task FirstLookAsync(CancellationToken cancellationToken)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(5), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellationToken);
        try
        {
            await watch.ReadyAsync(either.Token);
        }
        catch (Exception exception)
            when (exception is JobManagerUnavailableException
                || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // The stop continues without the list: it is more important than the log.
        }
    }
}
