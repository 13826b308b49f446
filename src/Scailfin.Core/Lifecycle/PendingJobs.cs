namespace Scailfin.Core.Lifecycle;

/// <summary>
/// The jobs that wait for a place at a backend, by owner: owners take turns, and while others wait one owner gets at most half of the
/// places (design, section 8). Not thread-safe.
/// </summary>
internal sealed class PendingJobs
{
    private readonly SortedDictionary<string, SortedDictionary<long, JobActor>> _owners = new(StringComparer.Ordinal);
    private string _lastServed = "";

    public int Count { get; private set; }

    public IEnumerable<JobActor> All => _owners.Values.SelectMany(jobs => jobs.Values);

    public void Add(JobActor actor)
    {
        if (!_owners.TryGetValue(actor.Job.Owner, out SortedDictionary<long, JobActor>? jobs))
            _owners[actor.Job.Owner] = jobs = [];
        jobs.Add(actor.Sequence, actor);
        Count++;
    }

    public void Remove(JobActor actor)
    {
        if (!_owners.TryGetValue(actor.Job.Owner, out SortedDictionary<long, JobActor>? jobs) || !jobs.Remove(actor.Sequence))
            return;
        Count--;
        if (jobs.Count == 0)
            _owners.Remove(actor.Job.Owner);
    }

    /// <summary>Chooses whose jobs are submitted next, each owner's oldest first.</summary>
    /// <param name="limit">The backend's limit of jobs in flight.</param>
    /// <param name="inFlight">The number of jobs in flight of each owner.</param>
    /// <param name="pauses">The owners whose submissions are paused.</param>
    public IReadOnlyList<JobActor> Next(int limit, IReadOnlyDictionary<string, int> inFlight, SubmissionPauses pauses)
    {
        int places = Math.Min(limit - inFlight.Values.Sum(), pauses.Allowed());
        List<Turn> turns =
        [
            .. InTurn()
                .Select(owner => new Turn(owner, _owners[owner].Values.Where(actor => actor.MaySubmit), pauses.AllowedFor(owner)))
                .Where(turn => turn.MoveNext()),
        ];
        var chosen = new List<JobActor>();
        while (chosen.Count < places && turns.Count > 0)
        {
            int share = turns.Count > 1 ? Math.Max(1, limit / 2) : limit;
            int before = chosen.Count;
            foreach (Turn turn in turns.ToArray())
            {
                if (chosen.Count == places)
                    break;
                if (inFlight.GetValueOrDefault(turn.Owner) + turn.Taken >= share)
                    continue;
                chosen.Add(turn.Take());
                _lastServed = turn.Owner;
                if (!turn.MoveNext())
                    turns.Remove(turn);
            }

            if (chosen.Count == before)
                break;
        }

        return chosen;
    }

    /// <summary>The owners, beginning with the one after who was served last.</summary>
    private IEnumerable<string> InTurn()
    {
        string[] owners = [.. _owners.Keys];
        int first = Array.FindIndex(owners, owner => string.CompareOrdinal(owner, _lastServed) > 0);
        return first <= 0 ? owners : owners[first..].Concat(owners[..first]);
    }

    private sealed class Turn(string owner, IEnumerable<JobActor> jobs, int allowed)
    {
        private readonly IEnumerator<JobActor> _jobs = jobs.GetEnumerator();

        public string Owner => owner;

        public int Taken { get; private set; }

        public bool MoveNext() => Taken < allowed && _jobs.MoveNext();

        public JobActor Take()
        {
            Taken++;
            return _jobs.Current;
        }
    }
}
