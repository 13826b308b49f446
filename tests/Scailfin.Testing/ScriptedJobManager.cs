using System.Globalization;
using System.Text;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;

namespace Scailfin.Testing;

/// <summary>A job manager in memory that does what a test tells it, and counts what reached the backend.</summary>
public sealed partial class ScriptedJobManager(TimeProvider? time = null) : IJobManager, IWatchesJobs, IStreamsLogs, IListsJobs
{
    public const string StopRefusal = "permission denied";

    public const string LimitReason = "the owner has as many jobs as the queue takes";

    public const string RefusalReason = "the quota of this queue is used up";

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ScriptedBackendJob> _jobs = [];
    private readonly Queue<SubmitScript> _script = new();

    public JobManagerTraits Traits { get; set; } = new()
    {
        HasReceipt = false,
        Staging = [StagingMode.Shared],
        NotKnownBound = TimeSpan.FromMinutes(1),
        ObserveInterval = TimeSpan.FromMilliseconds(20),
        InFlightLimit = 100,
    };

    public Action<JobId>? Changed { private get; set; }

    /// <summary>Rules of a real manager, to be used instead of its own.</summary>
    public Func<JobSpec, IReadOnlyList<SpecProblem>>? Rules { get; init; }

    public IReadOnlyList<SpecProblem> Validate(JobSpec spec) => Rules is { } rules ? rules(spec) :
        spec.DockerImage.Length == 0 ? [new SpecProblem("docker_img", "docker_img is empty, but must name an image")] : [];

    public async Task<Submission> SubmitAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _submitCalls);
        ThrowIfAway();
        await SubmitDelay.WaitAsync(cancellationToken);
        lock (_lock)
        {
            SubmitScript script = _script.TryDequeue(out SubmitScript next) ? next : SubmitScript.Accept;
            if (script == SubmitScript.Refuse)
                return new Submission.Rejected(RefusalReason);
            if (script == SubmitScript.DeferOwner)
                return new Submission.Deferred(LimitReason, DeferralScope.Owner);
            if (script == SubmitScript.DeferAttempt)
                return new Submission.Deferred(LimitReason, DeferralScope.Attempt);
            if (script == SubmitScript.LoseRequest)
                return new Submission.Unknown("the connection was cut");
            Arrive(attempt);
            return script == SubmitScript.LoseReply
                ? new Submission.Unknown("the answer was lost")
                : new Submission.Accepted(HandleOf(attempt));
        }
    }

    public Task<IReadOnlyList<Finding>> FindAsync(IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _findCalls);
        ThrowIfAway();
        lock (_lock)
            return Task.FromResult<IReadOnlyList<Finding>>([.. attempts.Select(FindOne)]);
    }

    public Task<IReadOnlyList<BackendJob>> ListAsync(Guid workflow, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _listCalls);
        ThrowIfAway();
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<BackendJob>>(
            [
                .. _jobs.Values.Where(job => job.Attempt.Spec.WorkflowUuid == workflow && job.Arrivals > 0).Select(job =>
                    new BackendJob(
                        HandleOf(job.Attempt).Id,
                        RecordsIds ? job.Attempt.JobId : null,
                        HandleOf(job.Attempt).Id,
                        $"rm {job.Attempt.JobId}")),
            ]);
        }
    }

    public async Task<IReadOnlyList<Observation>> ObserveAsync(IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _observeCalls);
        ThrowIfAway();
        await ObserveDelay.WaitAsync(cancellationToken);
        lock (_lock)
            return [.. attempts.Select(ObserveOne)];
    }

    public Task<StopAnswer> StopAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _stopCalls);
        ThrowIfAway();
        if (RefusesStops)
            return Task.FromResult<StopAnswer>(new StopAnswer.Refused(StopRefusal));
        lock (_lock)
        {
            ScriptedBackendJob job = JobOf(attempt);
            job.StopAsked = true;
            if (!IgnoresStops)
                job.End ??= EndOf(EndClass.Cancelled, "It was stopped.", exitCode: null);
        }

        return Task.FromResult<StopAnswer>(new StopAnswer.Accepted());
    }

    public Task ApplyAsync(Attempt attempt, Remedy remedy, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _applyCalls);
        ThrowIfAway();
        lock (_lock)
            JobOf(attempt).Remedy = null;
        return Task.CompletedTask;
    }

    public async Task<Collected> CollectAsync(Attempt attempt, AttemptEnd? end, CancellationToken cancellationToken)
    {
        ThrowIfAway();
        await CollectDelay.WaitAsync(cancellationToken);
        if (CannotCollect is { } failure && end is not null)
            throw new IOException(failure);
        lock (_lock)
        {
            ScriptedBackendJob? job = _jobs.GetValueOrDefault(attempt.Identity);
            return new Collected(job is { Arrivals: > 0 } ? Output ?? LogOf(attempt) : "") { Verdict = job?.Verdict };
        }
    }

    public Task ReleaseAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        ThrowIfAway();
        lock (_lock)
        {
            if (_jobs.TryGetValue(attempt.Identity, out ScriptedBackendJob? job))
                job.Forgotten = true;
            _released.Add(attempt.Identity);
        }

        return Task.CompletedTask;
    }

    /// <summary>A job that runs has written everything.</summary>
    public Task<ReadOnlyMemory<byte>> ReadLogAsync(Attempt attempt, long offset, int limit, CancellationToken cancellationToken)
    {
        ThrowIfAway();
        lock (_lock)
        {
            bool runs = _jobs.TryGetValue(attempt.Identity, out ScriptedBackendJob? job) && job.Running;
            ReadOnlyMemory<byte> all = runs ? Encoding.UTF8.GetBytes(Output ?? LogOf(attempt)) : default;
            return Task.FromResult(offset >= all.Length ? default : all.Slice((int)offset, Math.Min(limit, all.Length - (int)offset)));
        }
    }

    /// <summary>The log that an attempt leaves.</summary>
    public static string LogOf(Attempt attempt) => $"output of {attempt.Identity}\n";

    private static BackendHandle HandleOf(Attempt attempt) => new($"backend-{attempt.Identity}", "state");

    private void Arrive(Attempt attempt)
    {
        ScriptedBackendJob job = JobOf(attempt);
        job.Arrivals++;
        if (!AutoRun || job.StopAsked || job.Arrivals > 1)
            return;
        job.Running = true;
        if (attempt.Spec.Command.StartsWith("exit ", StringComparison.Ordinal))
            Finish(job, int.Parse(attempt.Spec.Command["exit ".Length..], CultureInfo.InvariantCulture));
    }

    private void Finish(ScriptedBackendJob job, int exitCode) =>
        job.End ??= EndOf(exitCode == 0 ? EndClass.Succeeded : EndClass.Step, $"The step exited with {exitCode}.", exitCode);

    private AttemptEnd EndOf(EndClass kind, string text, int? exitCode) => new()
    {
        Class = kind,
        StepMayHaveRun = true,
        Evidence = new Evidence { Source = EvidenceSource.Backend, Text = text, ExitCode = exitCode, ObservedAt = _time.GetUtcNow() },
    };

    private Finding FindOne(Attempt attempt)
    {
        if (CannotTell)
            return new Finding.CannotTell("the queue does not answer");
        return _jobs.TryGetValue(attempt.Identity, out ScriptedBackendJob? job) && job is { Arrivals: > 0, Forgotten: false }
            ? new Finding.Found(HandleOf(attempt))
            : new Finding.CertainlyNot();
    }

    private Observation ObserveOne(Attempt attempt)
    {
        _jobs.TryGetValue(attempt.Identity, out ScriptedBackendJob? job);
        ObservedPhase phase = job switch
        {
            null or { Forgotten: true } or { IsThere: false } => ObservedPhase.NotKnown,
            { End: not null } => ObservedPhase.Ended,
            { Running: true } => ObservedPhase.Running,
            _ => ObservedPhase.Waiting,
        };
        return new Observation
        {
            JobId = attempt.JobId,
            AttemptNumber = attempt.Number,
            Phase = phase,
            ObservedAt = _time.GetUtcNow(),
            End = phase == ObservedPhase.Ended ? job!.End : null,
            Remedy = job?.Remedy,
        };
    }

    private ScriptedBackendJob JobOf(Attempt attempt)
    {
        if (!_jobs.TryGetValue(attempt.Identity, out ScriptedBackendJob? job))
            _jobs[attempt.Identity] = job = new ScriptedBackendJob(attempt);
        return job;
    }

    private void ThrowIfAway()
    {
        if (!IsAway)
            return;
        Interlocked.Increment(ref _awayCalls);
        throw new JobManagerUnavailableException("the scripted backend is away");
    }
}
