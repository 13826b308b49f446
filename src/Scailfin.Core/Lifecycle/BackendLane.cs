using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Telemetry;

namespace Scailfin.Core.Lifecycle;

/// <summary>One backend with its unsettled jobs: which are in flight, which wait, and whether the backend can be reached.</summary>
internal sealed class BackendLane
{
    /// <summary>The time after which a pass counts as hanging, or its backend as overloaded.</summary>
    private static readonly TimeSpan LongestPass = TimeSpan.FromSeconds(30);

    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Dictionary<JobId, JobActor> _actors = [];
    private readonly ActorsByStage _stages = new();
    private readonly HashSet<JobActor> _stops = [];
    private readonly HashSet<JobActor> _hints = [];
    private readonly SubmissionPauses _pauses;
    private readonly Nudge _nudge = new();

    public BackendLane(Backend backend, TimeProvider time, JobMetrics metrics)
    {
        Backend = backend;
        Calls = new BackendCalls(metrics, backend.Name, time);
        Reachability = new Reachability(time);
        _time = time;
        _pauses = new SubmissionPauses(time);
        if (backend.Manager is IWatchesJobs watching)
            watching.Changed = Hint;
    }

    public Backend Backend { get; }

    /// <summary>Around every call to the manager.</summary>
    public BackendCalls Calls { get; }

    /// <summary>Whether the backend answers.</summary>
    public Reachability Reachability { get; }

    /// <summary>What the backend held of the workflow at the start and no job of the store named.</summary>
    public int Orphans { get; set; }

    private int Limit => Backend.Manager.Traits.InFlightLimit;

    /// <summary>
    /// Reserves an in-flight slot for a job that is about to be stored, unless the backend is full, unreachable or has asked for a pause,
    /// or other jobs wait already.
    /// </summary>
    /// <param name="owner">The user who submits the job.</param>
    /// <param name="probe">
    /// Whether this job may try an unreachable backend once its backoff has passed, and a backend that has asked for a pause at once: if
    /// the store cannot keep requests, the client retries.
    /// </param>
    public bool TryReserve(string owner, bool probe = false)
    {
        bool mayAsk = Reachability.Away is not { } away || (probe && away.MayAsk);
        lock (_lock)
        {
            bool paused = !probe && (_pauses.Allowed() == 0 || _pauses.AllowedFor(owner) == 0);
            if (!mayAsk || paused || _stages.Pending.Count > 0 || _stages.InFlight >= Limit)
                return false;
            _stages.Count(owner, 1);
            _pauses.Begin(owner);
            return true;
        }
    }

    /// <summary>Gives back a place that <see cref="TryReserve"/> took and no actor came to use.</summary>
    public void CancelReservation(string owner)
    {
        lock (_lock)
        {
            _stages.Count(owner, -1);
            _pauses.End(owner);
        }

        Nudge();
    }

    /// <summary>Adds a job; <paramref name="reserved"/> says that its place in flight is already counted.</summary>
    public void Add(JobActor actor, bool reserved)
    {
        lock (_lock)
        {
            _actors.Add(actor.Job.Id, actor);
            _stages.Add(actor, reserved);
            if (actor.Job.Stop is not null)
                _stops.Add(actor);
        }
    }

    /// <summary>Moves a pending job into flight if there is room.</summary>
    public bool TryTake(JobActor actor)
    {
        lock (_lock)
        {
            if (actor.Stage != ActorStage.Pending || _stages.InFlight >= Limit)
                return false;
            Move(actor, ActorStage.Submitting);
            _pauses.Begin(actor.Job.Owner);
            return true;
        }
    }

    /// <summary>Undoes <see cref="TryTake"/>, without waking the loop, because nothing has changed.</summary>
    public void PutBack(JobActor actor)
    {
        lock (_lock)
        {
            Move(actor, ActorStage.Pending);
            _pauses.End(actor.Job.Owner);
        }
    }

    /// <summary>Takes what came of a submission, for those that follow it; the job's own stage is the actor's business.</summary>
    public void TakeOutcome(JobActor actor, Submission? outcome)
    {
        string owner = actor.Job.Owner;
        lock (_lock)
        {
            switch (outcome)
            {
                case Submission.Accepted:
                    _pauses.Take(owner);
                    break;
                case Submission.Deferred deferred:
                    _pauses.Defer(owner, deferred);
                    break;
                case Submission.Unknown unknown:
                    // If the outcome of a submission is unknown, pause before the same owner's next submission.
                    _pauses.Defer(owner, new Submission.Deferred(unknown.Why, DeferralScope.Owner));
                    break;
                default:
                    _pauses.End(owner);
                    break;
            }
        }
    }

    /// <summary>Records a job's new stage, and wakes the loop: a slot may be free, or the job has a new next action.</summary>
    public void MoveTo(JobActor actor, ActorStage stage)
    {
        lock (_lock)
        {
            Move(actor, stage);
            if (stage is ActorStage.Ended or ActorStage.Settled)
                _stops.Remove(actor);
            if (stage == ActorStage.Settled)
                _actors.Remove(actor.Job.Id);
        }

        Nudge();
    }

    /// <summary>A stop of this job is to be carried out, until it has ended.</summary>
    public void Stop(JobActor actor)
    {
        lock (_lock)
        {
            if (actor.Stage is not (ActorStage.Ended or ActorStage.Settled))
                _stops.Add(actor);
        }

        Nudge();
    }

    /// <summary>The unsettled jobs, oldest first.</summary>
    public IReadOnlyList<JobActor> Actors()
    {
        lock (_lock)
            return _stages.All();
    }

    /// <summary>The jobs in one stage, oldest first.</summary>
    public IReadOnlyList<JobActor> Actors(ActorStage stage)
    {
        lock (_lock)
            return _stages.In(stage);
    }

    /// <summary>The pending jobs whose turn it is, as many as there are places in flight.</summary>
    public IReadOnlyList<JobActor> NextPending()
    {
        lock (_lock)
            return _stages.Pending.Next(Limit, _stages.InFlightByOwner, _pauses);
    }

    /// <summary>The jobs that are to be stopped.</summary>
    public IReadOnlyList<JobActor> Stops()
    {
        lock (_lock)
            return [.. _stops];
    }

    /// <summary>The actor of an unsettled job, or null.</summary>
    public JobActor? Find(JobId job)
    {
        lock (_lock)
            return _actors.GetValueOrDefault(job);
    }

    /// <summary>Wakes the loop.</summary>
    public void Nudge() => _nudge.Give();

    /// <summary>Wakes the loop for one job that probably changed.</summary>
    public void Hint(JobId job)
    {
        lock (_lock)
        {
            if (!_actors.TryGetValue(job, out JobActor? actor))
                return;
            _hints.Add(actor);
        }

        Nudge();
    }

    /// <summary>Returns the jobs for which a change was hinted since the last call.</summary>
    public IReadOnlyList<JobActor> TakeHints()
    {
        lock (_lock)
        {
            IReadOnlyList<JobActor> hinted = [.. _hints];
            _hints.Clear();
            return hinted;
        }
    }

    /// <summary>Waits for a nudge, for at most that long.</summary>
    public Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken) => _nudge.WaitAsync(longest, _time, cancellationToken);

    /// <summary>Returns the lane's figures for metrics.</summary>
    public LaneFigures Figures()
    {
        int troubles = Troubles().Count;
        lock (_lock)
        {
            var byStatus = new int[Enum.GetValues<JobStatus>().Length];
            foreach (JobActor actor in _actors.Values)
                byStatus[(int)actor.Job.Status]++;
            return new LaneFigures(
                Backend.Name,
                _stages.Pending.Count,
                _stages.InFlight,
                Reachability.Away?.For,
                Reachability.SinceGoodPass,
                troubles,
                Orphans,
                byStatus);
        }
    }

    /// <summary>Why a pending job of this owner is not submitted yet, in one sentence.</summary>
    public string WhyWaiting(string owner)
    {
        if (Reachability.Away is { } away)
            return $"Waiting: backend '{Backend.Name}' cannot be reached: {away.Reason}";
        lock (_lock)
        {
            return _pauses.ReasonFor(owner) is { } reason
                ? $"Waiting: backend '{Backend.Name}' does not take jobs of '{owner}' now: {reason}"
                : $"Waiting for a free slot on backend '{Backend.Name}': {_stages.InFlight} of {Limit} in use.";
        }
    }

    /// <summary>Problems of the backend that its calls have shown, most important first; empty for none.</summary>
    public IReadOnlyList<string> Troubles()
    {
        if (Reachability.Away is { } away)
            return [away.Reason];
        TimeSpan interval = Backend.Manager.Traits.ObserveInterval;
        TimeSpan still = Reachability.SinceGoodPass;
        lock (_lock)
        {
            return still > LongestPass && still > interval * 3
                ? [$"No pass over its jobs has ended for {still.TotalSeconds:0} s.", .. _pauses.Reasons()]
                : _pauses.Reasons();
        }
    }

    private void Move(JobActor actor, ActorStage stage)
    {
        // An ended job can only become settled; later answers of the backend do not change that.
        if (actor.Stage == ActorStage.Settled || (actor.Stage == ActorStage.Ended && stage != ActorStage.Settled))
            return;
        _stages.Move(actor, stage);
    }
}
