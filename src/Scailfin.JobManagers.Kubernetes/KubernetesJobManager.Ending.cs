using System.Text.Json;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Kubernetes.Api;
using Scailfin.JobManagers.Kubernetes.Logs;
using Scailfin.JobManagers.Kubernetes.Manifests;
using Scailfin.JobManagers.Kubernetes.Objects;
using Scailfin.JobManagers.Kubernetes.Watching;

namespace Scailfin.JobManagers.Kubernetes;

/// <content>Stopping, bringing logs home, and forgetting.</content>
internal sealed partial class KubernetesJobManager
{
    public async Task<StopAnswer> StopAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        string name = _names.Of(attempt);
        AwaitedJob job = Await(attempt, name);
        if (!_watch.View.Find(name).IsKnown)
            await FirstLookAsync(cancellationToken);
        await FollowLogAsync(name).WaitAsync(cancellationToken);
        ApiRefusal? refusal = await DeleteAsync(name, cancellationToken);
        if (refusal is { Class: not RefusalClass.NotFound })
            return new StopAnswer.Refused($"The Job {name} cannot be deleted. {refusal.Sentence}");
        bool found = refusal is null;
        if (!found && attempt.Handle is null && !_watch.View.Find(name).IsKnown)
            await HoldNameAsync(attempt, name, cancellationToken);

        // A Job that was deleted without its pods leaves one that nobody ends.
        if (!found
            && _watch.View.Find(name).Youngest is { GoneAt: null, LeavingSince: null, Pod: { IsOver: false } orphan }
            && await StopOrphanAsync(orphan.Metadata.Name, cancellationToken) is { } unstopped)
            return new StopAnswer.Refused(unstopped);
        job.StopFoundNothing = !found;
        job.StopAsked = true;
        return new StopAnswer.Accepted();
    }

    public async Task<Collected> CollectAsync(Attempt attempt, AttemptEnd? end, CancellationToken cancellationToken)
    {
        string name = _names.Of(attempt);
        AwaitedJob job = Await(attempt, name);
        if (_watch.View.Find(name).Youngest is not { } entry)
            return new Collected("");
        PodObject pod = job.PodBefore is { } before && entry.Pod.Main is not { HasRun: true } ? before : entry.Pod;
        var logs = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (ContainerStatus container in JobLogText.Containers(pod)
            .Where(container => container is { Waiting: null, Terminated: not { IsInvented: true } }))
        {
            if (entry.GoneAt is null || container.Name == Names.MainContainer)
                logs[container.Name] = await ReachAsync(() => _logs.ReadAsync(pod.Metadata.Name, container.Name, cancellationToken));
        }

        return new Collected(JobLogText.Compose(pod, logs));
    }

    public async Task ReleaseAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        string name = _names.Of(attempt);
        AwaitedJob job = Await(attempt, name);
        JobEntry entry = _watch.View.Find(name);
        if (entry.Youngest is { } pod)
        {
            _live.Close(pod.Pod.Metadata.Name);
            _followed.Forget(pod.Pod.Metadata.Name);
        }

        if (entry.JobGoneAt is null && !IsKeptAlive(job, entry))
            await DeleteOrThrowAsync(name, cancellationToken);
        _awaited.TryRemove(name, out _);
        _watch.View.Release(name);
    }

    public async Task<ReadOnlyMemory<byte>> ReadLogAsync(Attempt attempt, long offset, int limit, CancellationToken cancellationToken)
    {
        string name = _names.Of(attempt);
        Await(attempt, name);
        return _watch.View.Find(name).Youngest is { GoneAt: null, Pod: { Main.HasRun: true } pod }
            ? await ReachAsync(() => _live.ReadAsync(pod.Metadata.Name, Names.MainContainer, offset, limit, cancellationToken))
            : default;
    }

    /// <summary>Null where the Job is deleted; 404 where Kubernetes does not have it (any more).</summary>
    private async Task<ApiRefusal?> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        ApiRefusal? refusal = await ReachAsync<ApiRefusal?>(() => _api.DeleteJobAsync(name, cancellationToken));
        if (refusal is { Class: RefusalClass.NotFound })
            _watch.View.MissJob(name);
        return refusal is { Class: not RefusalClass.NotFound, IsTransient: true }
            ? throw new JobManagerUnavailableException($"The Job {name} cannot be deleted. {refusal.Sentence}")
            : refusal;
    }

    private async Task DeleteOrThrowAsync(string name, CancellationToken cancellationToken)
    {
        if (await DeleteAsync(name, cancellationToken) is { Class: not RefusalClass.NotFound } refusal)
            throw new InvalidOperationException($"The Job {name} cannot be deleted. {refusal.Sentence}");
    }

    /// <summary>
    /// Ends a pod whose Job is gone. Upstream's role (contract C.4) may not delete pods; it may update them, and a pod that has reached its
    /// deadline is ended by its kubelet.
    /// </summary>
    /// <returns>Null where that was accepted, else why not.</returns>
    private async Task<string?> StopOrphanAsync(string pod, CancellationToken cancellationToken)
    {
        ApiRefusal? notDeleted = await ReachAsync(() => _api.DeletePodAsync(pod, cancellationToken));
        if (notDeleted is null or { Class: RefusalClass.NotFound })
            return null;
        ApiRefusal? notLimited = await ReachAsync(() => _api.LimitPodAsync(pod, seconds: 1, cancellationToken));
        return notLimited is null or { Class: RefusalClass.NotFound }
            ? null
            : $"The pod {pod}, whose Job is gone, can neither be deleted nor given a deadline. {notDeleted.Sentence} {notLimited.Sentence}";
    }

    /// <summary>An earlier submission may still arrive: its name is taken by a Job that never runs, which the release deletes.</summary>
    private async Task HoldNameAsync(Attempt attempt, string name, CancellationToken cancellationToken)
    {
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(_manifests.BuildPlaceholder(attempt), ManifestJson.Default.JobManifest);
        ApiResult<JobObject> held = await ReachAsync(() => _api.CreateJobAsync(body, cancellationToken));
        if (held.Value is { } job)
            _watch.View.Take(job, deleted: false);
        else if (held.Refusal is { Class: RefusalClass.AlreadyExists })
            await DeleteOrThrowAsync(name, cancellationToken);
        else
            throw new JobManagerUnavailableException($"The name of the stopped job cannot be held. {held.Refusal!.Sentence}");
    }

    /// <summary>What is not over is never kept: it would run on, or begin, after its end was told.</summary>
    private bool IsKeptAlive(AwaitedJob job, JobEntry entry) =>
        !job.StopAsked
        && entry.Youngest is { Pod.IsOver: true }
        && _options.KeepAliveStatuses.Contains(job.Ended == EndClass.Succeeded ? "finished" : "failed");

    /// <summary>
    /// After a start nothing was seen yet: what is not seen has no log to save, and no end that could be told. A stop does not wait long
    /// for it.
    /// </summary>
    private async Task FirstLookAsync(CancellationToken cancellationToken)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(5), _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellationToken);
        try
        {
            await _watch.ReadyAsync(either.Token);
        }
        catch (Exception exception)
            when (exception is JobManagerUnavailableException
                || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // The stop matters more than the log.
        }
    }

    /// <summary>
    /// Begins to read the step's log while it is written: it goes with its pod, and its node keeps only the newest part.
    /// </summary>
    private async Task FollowLogAsync(string name)
    {
        if (_watch.View.Find(name).Youngest is { GoneAt: null, Pod: { Main: { HasRun: true, Terminated: null } } pod })
            await _followed.FollowAsync(pod.Metadata.Name, Names.MainContainer);
    }
}
