namespace Scailfin.Core.Lifecycle;

/// <summary>
/// The unsettled jobs of one backend by their next action, oldest first, so that each action of a pass reads only its own jobs. Counts the
/// jobs in flight of each owner. Not thread-safe.
/// </summary>
internal sealed class ActorsByStage
{
    private readonly SortedDictionary<long, JobActor>[] _stages =
        [.. Enum.GetValues<ActorStage>().Select(_ => new SortedDictionary<long, JobActor>())];

    private readonly Dictionary<string, int> _inFlight = new(StringComparer.Ordinal);
    private long _last;

    public PendingJobs Pending { get; } = new();

    /// <summary>The number of jobs in flight by owner, reservations included.</summary>
    public IReadOnlyDictionary<string, int> InFlightByOwner => _inFlight;

    public int InFlight { get; private set; }

    /// <summary>Adds a job; <paramref name="reserved"/> says that its place in flight is counted already.</summary>
    public void Add(JobActor actor, bool reserved)
    {
        actor.Sequence = ++_last;
        Put(actor);
        if (!reserved && actor.Stage.IsInFlight())
            Count(actor.Job.Owner, 1);
    }

    public void Move(JobActor actor, ActorStage stage)
    {
        if (actor.Stage == ActorStage.Pending)
            Pending.Remove(actor);
        else
            Of(actor.Stage).Remove(actor.Sequence);
        Count(actor.Job.Owner, (stage.IsInFlight() ? 1 : 0) - (actor.Stage.IsInFlight() ? 1 : 0));
        actor.Stage = stage;
        if (stage != ActorStage.Settled)
            Put(actor);
    }

    /// <summary>Adds to the owner's jobs in flight; a negative number subtracts.</summary>
    public void Count(string owner, int places)
    {
        if (places == 0)
            return;
        InFlight += places;
        int now = _inFlight.GetValueOrDefault(owner) + places;
        if (now == 0)
            _inFlight.Remove(owner);
        else
            _inFlight[owner] = now;
    }

    public IReadOnlyList<JobActor> In(ActorStage stage) =>
        stage == ActorStage.Pending ? [.. Pending.All.OrderBy(actor => actor.Sequence)] : [.. Of(stage).Values];

    public IReadOnlyList<JobActor> All() =>
        [.. _stages.SelectMany(stage => stage.Values).Concat(Pending.All).OrderBy(actor => actor.Sequence)];

    private void Put(JobActor actor)
    {
        if (actor.Stage == ActorStage.Pending)
            Pending.Add(actor);
        else
            Of(actor.Stage).Add(actor.Sequence, actor);
    }

    private SortedDictionary<long, JobActor> Of(ActorStage stage) => _stages[(int)stage];
}
