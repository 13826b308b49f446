namespace Scailfin.Core.Lifecycle;

/// <summary>
/// The unsettled jobs of one backend, by what is owed next, oldest first: a pass looks only at those that it concerns. Not thread-safe.
/// </summary>
internal sealed class ActorsByStage
{
    private readonly SortedDictionary<long, JobActor>[] _stages =
        [.. Enum.GetValues<ActorStage>().Select(_ => new SortedDictionary<long, JobActor>())];
    private long _last;

    public int Pending => Of(ActorStage.Pending).Count;

    public void Add(JobActor actor)
    {
        actor.Sequence = ++_last;
        Of(actor.Stage).Add(actor.Sequence, actor);
    }

    public void Move(JobActor actor, ActorStage stage)
    {
        Of(actor.Stage).Remove(actor.Sequence);
        actor.Stage = stage;
        if (stage != ActorStage.Settled)
            Of(stage).Add(actor.Sequence, actor);
    }

    public IReadOnlyList<JobActor> In(ActorStage stage) => [.. Of(stage).Values];

    public IReadOnlyList<JobActor> First(ActorStage stage, int count) => [.. Of(stage).Values.Take(count)];

    public IReadOnlyList<JobActor> All() => [.. _stages.SelectMany(stage => stage.Values).OrderBy(actor => actor.Sequence)];

    private SortedDictionary<long, JobActor> Of(ActorStage stage) => _stages[(int)stage];
}
