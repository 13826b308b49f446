using System.Collections.Concurrent;
using System.Diagnostics;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;
using Scailfin.Core.Telemetry;

namespace Scailfin.Core.Lifecycle;

/// <summary>Takes submissions from the stored job to the backend's first answer.</summary>
internal sealed class Submissions(JobSupervisor supervisor, LifecycleServices services, TimeSpan bound, CancellationToken closing)
{
    private const string GivenUp =
        "The submission was refused because the job store did not answer in time; the job was never handed to a backend.";

    /// <summary>Submissions in progress that have a key; a concurrent request with the same key waits for the same answer.</summary>
    private readonly ConcurrentDictionary<JobId, Lazy<Task<SubmitResult>>> _underWay = new();

    /// <summary>Submits a job, or finds the one that was submitted under the same key.</summary>
    public Task<SubmitResult> SubmitAsync(NewJob job, IdempotencyKey? key) =>
        key is null ? SubmitNewAsync(job, JobId.New(), digest: null) : SubmitOnceAsync(job, key);

    private async Task<SubmitResult> SubmitOnceAsync(NewJob request, IdempotencyKey key)
    {
        JobId id = JobId.FromKey(request.Owner, request.Spec.WorkflowUuid, key.Key);
        if (services.Book.Find(id) is { } known && !_underWay.ContainsKey(id))
            return Repeat(known, request.Spec, key.Digest);
        var mine = new Lazy<Task<SubmitResult>>(() => SubmitNewAsync(request, id, key.Digest));
        Lazy<Task<SubmitResult>> first = _underWay.GetOrAdd(id, mine);
        if (first != mine)
        {
            SubmitResult result = await first.Value;
            return services.Book.Find(id) is { } job ? Repeat(job, request.Spec, key.Digest) : result;
        }

        try
        {
            return await mine.Value;
        }
        finally
        {
            _underWay.TryRemove(id, out _);
        }
    }

    /// <summary>
    /// The answer to a request that came before: the same job, its rejection, or that the key was used for another request.
    /// </summary>
    private static SubmitResult Repeat(Job job, JobSpec spec, string digest)
    {
        // If the service's own tables are missing, no digest is stored, so the columns that exist are compared.
        bool same = job.RequestDigest is { } stored
            ? stored == digest
            : job.Spec.Command == spec.Command && job.Spec.DockerImage == spec.DockerImage && job.Spec.JobName == spec.JobName
                && job.Spec.CvmfsMounts == spec.CvmfsMounts && job.Spec.Environment.SequenceEqual(spec.Environment);
        if (!same)
            return new SubmitResult.KeyReused(job.Id);
        return job.Evidence is { Source: EvidenceSource.Service, FailedPhase: Evidence.SubmitPhase } evidence
            ? new SubmitResult.Rejected(job, evidence.Text)
            : new SubmitResult.Accepted(job);
    }

    /// <summary>The long texts are durable before the row is written.</summary>
    private async Task<SubmitResult> SubmitNewAsync(NewJob request, JobId id, string? digest)
    {
        if (request.Bounds.Limits?.Refusal(request.Owner, services.Book.ShareOf(request.Owner), request.Spec) is { } refusal)
            return refusal;
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(closing, supervisor.Stopping, request.Bounds.Caller);
        JobSpec kept = await services.Texts.KeepAsync(id, request.Spec, leave.Token);
        return await SubmitKeptAsync(request.Lane, kept, request.Owner, id, digest);
    }

    private async Task<SubmitResult> SubmitKeptAsync(BackendLane lane, JobSpec spec, string owner, JobId id, string? digest)
    {
        bool reserved = lane.TryReserve(owner, probe: !services.Store.Traits.KeepsRequests);
        string reason = reserved ? "" : lane.WhyWaiting(owner);
        var job = new Job
        {
            Id = id,
            Owner = owner,
            Spec = spec,
            Status = reserved ? JobStatus.Created : JobStatus.Queued,
            Reason = reason,
            RequestDigest = digest,
            CreatedAt = services.Time.GetUtcNow(),
        };
        if (!reserved && !services.Store.Traits.KeepsRequests)
        {
            TextsRemoval.Remove(services, job);
            return new SubmitResult.Unavailable($"{reason} This store keeps no requests; nothing was stored.");
        }

        // One deadline covers both the store's and the backend's answer.
        using var deadline = new CancellationTokenSource(bound, services.Time);
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(closing, supervisor.Stopping, deadline.Token);
        bool stored = false;
        try
        {
            if (!await StoreAsync(
                job,
                new TimelineEntry(job.CreatedAt, job.AttemptNumber, reserved ? JobTimeline.Accepted : JobTimeline.Waiting, reason),
                leave.Token))
                return await FindTwinAsync(lane, job);
            stored = true;
        }
        finally
        {
            if (reserved && !stored)
                lane.CancelReservation(owner);
        }

        services.Faults.Reach(FaultPoints.IntentStored);
        JobActor actor = supervisor.Track(job, reserved ? ActorStage.Submitting : ActorStage.Pending, reserved);
        if (reserved)
            return await AwaitFirstWordAsync(actor, leave.Token);
        lane.Nudge();
        return new SubmitResult.Accepted(actor.Job);
    }

    /// <summary>Stores the job; returns false if a row with that id exists already.</summary>
    private async Task<bool> StoreAsync(Job job, TimelineEntry entry, CancellationToken leave)
    {
        using Activity? span = JobTraces.Start("store commit wait")?.SetTag(JobTraces.JobTag, job.Id.ToString());
        PendingWrite insert = services.Journal.Enqueue(new StoreWrite.Insert(job, [entry]));
        try
        {
            return await StoreAsync(insert, job, leave);
        }
        catch (JobStoreException)
        {
            // If the store was called with it, the row may exist nevertheless.
            if (insert.WasTried)
                job.Spec.Kept?.Settle();
            else
                TextsRemoval.Remove(services, job);
            throw;
        }
    }

    private async Task<bool> StoreAsync(PendingWrite insert, Job job, CancellationToken leave)
    {
        try
        {
            return await insert.Durable.WaitAsync(leave);
        }
        catch (OperationCanceledException)
        {
            try
            {
                await services.Journal.WithdrawUnlessDurableAsync(insert);
                return await insert.Durable;
            }
            catch (JobStoreUnavailableException) when (insert.WasTried && job.RequestDigest is null)
            {
                // The insert may be durable although the store reported a failure: then this change ends the job as failed, which is
                // also the answer to the client. A client that sent a key can repeat the request, and finds the job.
                var evidence = new Evidence
                {
                    Source = EvidenceSource.Service,
                    Text = GivenUp,
                    FailedPhase = Evidence.SubmitPhase,
                    ObservedAt = services.Time.GetUtcNow(),
                };
                Job failed = job with
                {
                    Status = JobStatus.Failed,
                    Reason = GivenUp,
                    Evidence = evidence,
                    FinishedAt = evidence.ObservedAt,
                    Released = true,
                };
                services.Journal.Enqueue(new StoreWrite.Change(failed, job.Status, [], GivenUp + "\n"));
                throw;
            }
        }
    }

    /// <summary>
    /// A job was stored under the same key, by an earlier try whose answer was lost: returns that job, and drives it if nothing does.
    /// </summary>
    private async Task<SubmitResult> FindTwinAsync(BackendLane lane, Job job)
    {
        Job? stored = await services.Store.FindAsync(job.Id, supervisor.Stopping);
        Job? twin = stored is { RequestDigest: not null } ? services.Texts.Adopt(stored) : null;
        if (job.Spec.Kept is { } mine && !mine.Equals(twin?.Spec.Kept))
            TextsRemoval.Remove(services, job);
        if (twin is null)
            return new SubmitResult.KeyReused(job.Id);
        if (services.Book.Find(twin.Id) is null && twin.Spec.Backend == lane.Backend.Name)
        {
            // If the duplicate had been released already, tracking it releases it again, which is idempotent.
            supervisor.Track(twin, Recovery.StageOf(twin), reserved: false);
            lane.Nudge();
        }

        return Repeat(twin, job.Spec, job.RequestDigest ?? "");
    }

    private async Task<SubmitResult> AwaitFirstWordAsync(JobActor actor, CancellationToken leave)
    {
        try
        {
            Submission submission = await actor.Submission.SubmitFirstAsync().WaitAsync(leave);

            // If the store failed after the backend's answer, the row is still 'created', and a restart would end the job as failed: so no
            // 201 is sent before the row is queued.
            if (actor.Job.Status == JobStatus.Created)
                await actor.Submission.OweAsync("The backend's answer could not be stored; it is asked again.");
            if (submission is Submission.Rejected rejected)
                return new SubmitResult.Rejected(actor.Job, rejected.Reason);
            if (submission is Submission.Accepted || services.Store.Traits.KeepsRequests)
            {
                await actor.WrittenAsync().WaitAsync(leave);
                return new SubmitResult.Accepted(actor.Job);
            }
        }
        catch (OperationCanceledException)
        {
            // The job's own loop waits for the answers that have not arrived by now.
        }

        if (!services.Store.Traits.KeepsRequests && actor.Job.Handle is null)
        {
            // After a restart this job could not be submitted again, so it is ended as failed now.
            await actor.Stop.RequestAsync(StopCause.Unanswered, bound);
            return new SubmitResult.Unavailable(
                "The backend has not accepted the submission in time, and this store cannot keep requests for later; the job failed.");
        }

        await actor.Submission.OweAsync("The backend has not answered the submission yet.");
        return new SubmitResult.Accepted(actor.Job);
    }
}
