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
    /// <summary>The grace period of our pods is 5 s; a node that takes much longer is lost.</summary>
    private static readonly TimeSpan LogAfterEnd = TimeSpan.FromSeconds(20);

    public async Task<StopAnswer> StopAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        string name = _names.Of(attempt);
        AwaitedJob job = Await(attempt, name);
        if (!_watch.View.Find(name).IsKnown)
            await FirstLookAsync(cancellationToken);
        await SaveLogAsync(name, job, cancellationToken);
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
        if (job.SavedLog is { } saved)
            logs[Names.MainContainer] = await saved.WaitAsync(cancellationToken);
        foreach (ContainerStatus container in JobLogText.Containers(pod)
            .Where(container => container is { Waiting: null, Terminated: not { IsInvented: true } }))
        {
            if (entry.GoneAt is null && logs.GetValueOrDefault(container.Name) is null)
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
            _live.Close(pod.Pod.Metadata.Name);
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
        if (await ReachAsync<ApiRefusal?>(() => _api.DeletePodAsync(pod, cancellationToken)) is not { Class: not RefusalClass.NotFound } notDeleted)
            return null;
        return await ReachAsync<ApiRefusal?>(() => _api.LimitPodAsync(pod, seconds: 1, cancellationToken)) is { Class: not RefusalClass.NotFound } notLimited
            ? $"The pod {pod}, whose Job is gone, can neither be deleted nor given a deadline. {notDeleted.Sentence} {notLimited.Sentence}"
            : null;
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

    private async Task SaveLogAsync(string name, AwaitedJob job, CancellationToken cancellationToken)
    {
        if (job.SavedLog is not null || _watch.View.Find(name).Youngest is not { GoneAt: null, Pod: { Main.HasRun: true } pod })
            return;
        try
        {
            job.SavedLog = await _logs.FollowAsync(pod.Metadata.Name, Names.MainContainer, LogAfterEnd, cancellationToken);
        }
        catch (ApiUnreachableException)
        {
            // The stop matters more than the log.
        }
    }

    /// <summary>A pod that somebody else takes away: its log can be read until its container is gone, and not after.</summary>
    private void SaveLogBeforeItIsLost(string name, AwaitedJob job)
    {
        if (job is { SavedLog: null, StopAsked: false }
            && _watch.View.Find(name).Youngest
                is { GoneAt: null, LeavingSince: not null, Pod: { Main: { HasRun: true, Terminated: null } } pod })
            job.SavedLog = FollowLeavingAsync(pod.Metadata.Name);
    }

    private async Task<string?> FollowLeavingAsync(string pod)
    {
        try
        {
            return await await _logs.FollowAsync(pod, Names.MainContainer, LogAfterEnd, CancellationToken.None);
        }
        catch (ApiUnreachableException)
        {
            return null;
        }
    }
}
