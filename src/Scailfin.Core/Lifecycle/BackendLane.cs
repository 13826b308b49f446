using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Telemetry;

namespace Scailfin.Core.Lifecycle;

/// <summary>One backend with the jobs that are owed to it: who is in flight, who waits, and whether it can be reached.</summary>
internal sealed class BackendLane
{
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Dictionary<JobId, JobActor> _actors = [];
    private readonly ActorsByStage _stages = new();
    private readonly HashSet<JobActor> _stops = [];
    private readonly HashSet<JobActor> _hints = [];
    private readonly SemaphoreSlim _nudge = new(0, 1);
    private readonly BackOff _backOff;
    private int _inFlight;
    private DateTimeOffset? _awaySince;
    private string _awayReason = "";

    public BackendLane(Backend backend, TimeProvider time, JobMetrics metrics)
    {
        Backend = backend;
        Calls = new BackendCalls(metrics, backend.Name, time);
        _time = time;
        _backOff = new BackOff(time);
        if (backend.Manager is IWatchesJobs watching)
            watching.Changed = Hint;
    }

    public Backend Backend { get; }

    /// <summary>Around every call to the manager.</summary>
    public BackendCalls Calls { get; }

    private int Limit => Backend.Manager.Traits.InFlightLimit;

    /// <summary>
    /// Takes a place in flight for a job that is about to be stored, unless the backend is full, away, or others wait already.
    /// </summary>
    /// <param name="probe">
    /// Whether a backend that is away is tried again by this job, once its back-off is over: where nothing can wait in our store.
    /// </param>
    public bool TryReserve(bool probe = false)
    {
        lock (_lock)
        {
            if ((_awaySince is not null && !(probe && _backOff.IsOver)) || _stages.Pending > 0 || _inFlight >= Limit)
                return false;
            _inFlight++;
            return true;
        }
    }

    /// <summary>Gives back a place that <see cref="TryReserve"/> took and no actor came to use.</summary>
    public void CancelReservation()
    {
        lock (_lock)
            _inFlight--;
        Nudge();
    }

    /// <summary>Adds a job; <paramref name="reserved"/> says that its place in flight is already counted.</summary>
    public void Add(JobActor actor, bool reserved)
    {
        lock (_lock)
        {
            _actors.Add(actor.Job.Id, actor);
            _stages.Add(actor);
            if (actor.Job.Stop is not null)
                _stops.Add(actor);
            if (!reserved && actor.Stage.IsInFlight())
                _inFlight++;
        }
    }

    /// <summary>Moves a pending job into flight if there is room.</summary>
    public bool TryTake(JobActor actor)
    {
        lock (_lock)
        {
            if (actor.Stage != ActorStage.Pending || _inFlight >= Limit)
                return false;
            Move(actor, ActorStage.Submitting);
            return true;
        }
    }

    /// <summary>Undoes <see cref="TryTake"/>; nobody is woken, for nothing has changed.</summary>
    public void PutBack(JobActor actor)
    {
        lock (_lock)
            Move(actor, ActorStage.Pending);
    }

    /// <summary>Records a job's new stage, and wakes the loop: a place may be free, or something new is owed.</summary>
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

    /// <summary>The oldest pending jobs, as many as there are places in flight.</summary>
    public IReadOnlyList<JobActor> NextPending()
    {
        lock (_lock)
            return _inFlight >= Limit ? [] : _stages.First(ActorStage.Pending, Limit - _inFlight);
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
    public void Nudge()
    {
        lock (_nudge)
        {
            if (_nudge.CurrentCount == 0)
                _nudge.Release();
        }
    }

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

    /// <summary>The jobs that somebody hinted at since this was asked last.</summary>
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
    public async Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        using var wake = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<bool> nudged = WaitForNudgeAsync(wake.Token);
        Task elapsed = Task.Delay(longest, _time, wake.Token);
        await Task.WhenAny(nudged, elapsed);
        await wake.CancelAsync();
        await nudged;
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>The backend answered.</summary>
    public void Reached()
    {
        lock (_lock)
        {
            _awaySince = null;
            _backOff.Reset();
        }
    }

    /// <summary>The backend could not be reached: nothing is asked of it until the back-off is over.</summary>
    public void Away(string reason)
    {
        lock (_lock)
        {
            _awaySince ??= _time.GetUtcNow();
            _awayReason = reason;
            _backOff.Begin();
        }
    }

    /// <summary>For how long it has been unreachable, why, and whether the back-off is over; null while it answers.</summary>
    public (TimeSpan For, string Reason, bool MayAsk)? AwayNow()
    {
        lock (_lock)
        {
            return _awaySince is { } since ? (_time.GetUtcNow() - since, _awayReason, _backOff.IsOver) : null;
        }
    }

    /// <summary>For metrics.</summary>
    public LaneFigures Figures()
    {
        lock (_lock)
        {
            var byStatus = new int[Enum.GetValues<JobStatus>().Length];
            foreach (JobActor actor in _actors.Values)
                byStatus[(int)actor.Job.Status]++;
            return new LaneFigures(_stages.Pending, _inFlight, _time.GetUtcNow() - _awaySince, byStatus);
        }
    }

    /// <summary>Why a pending job is not submitted yet, in one sentence.</summary>
    public string WhyWaiting()
    {
        lock (_lock)
        {
            return _awaySince is not null
                ? $"Waiting: backend '{Backend.Name}' cannot be reached: {_awayReason}"
                : $"Waiting for a free place on backend '{Backend.Name}': {_inFlight} of {Limit} in use.";
        }
    }

    private async Task<bool> WaitForNudgeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _nudge.WaitAsync(cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Move(JobActor actor, ActorStage stage)
    {
        // What has ended is only ever settled, whoever still hears of it from the backend.
        if (actor.Stage == ActorStage.Settled || (actor.Stage == ActorStage.Ended && stage != ActorStage.Settled))
            return;
        _inFlight += (stage.IsInFlight() ? 1 : 0) - (actor.Stage.IsInFlight() ? 1 : 0);
        _stages.Move(actor, stage);
    }
}
