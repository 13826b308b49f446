using System.Collections.Concurrent;
using Scailfin.Core.Jobs;

namespace Scailfin.Core.Lifecycle;

/// <summary>The newest snapshot of every job, in memory: reads never wait for the store or for a backend.</summary>
internal sealed class JobBook
{
    private readonly ConcurrentDictionary<JobId, Job> _jobs = new();
    private readonly Lock _orderLock = new();
    private readonly List<JobId> _order = [];
    private readonly Dictionary<string, UserShare> _shares = new(StringComparer.Ordinal);

    /// <summary>Returns all jobs in the order of submission.</summary>
    public IReadOnlyList<Job> All()
    {
        var jobs = new List<Job>(_jobs.Count);
        lock (_orderLock)
        {
            foreach (JobId id in _order)
                jobs.Add(_jobs[id]);
        }

        return jobs;
    }

    public Job? Find(JobId id) => _jobs.GetValueOrDefault(id);

    public void Add(Job job)
    {
        lock (_orderLock)
        {
            if (!_jobs.TryAdd(job.Id, job))
                return;
            _order.Add(job.Id);
            Count(job, 1);
        }

        if (job.IsSettled)
            job.Spec.Kept?.Settle();
    }

    /// <summary>Takes a new snapshot of a job that is here.</summary>
    public void Replace(Job job)
    {
        lock (_orderLock)
        {
            if (_jobs.TryGetValue(job.Id, out Job? before))
                Count(before, -1);
            Count(job, 1);
            _jobs[job.Id] = job;
        }

        if (job.IsSettled)
            job.Spec.Kept?.Settle();
    }

    /// <summary>What a user has here.</summary>
    public UserShare ShareOf(string owner)
    {
        lock (_orderLock)
            return _shares.GetValueOrDefault(owner, UserShare.None);
    }

    /// <summary>Forgets jobs.</summary>
    public void Remove(IReadOnlySet<JobId> ids)
    {
        lock (_orderLock)
        {
            _order.RemoveAll(ids.Contains);
            foreach (JobId id in ids)
            {
                if (_jobs.TryRemove(id, out Job? job))
                    Count(job, -1);
            }
        }
    }

    private void Count(Job job, int sign)
    {
        UserShare share = _shares.GetValueOrDefault(job.Owner, UserShare.None).With(job, sign);
        if (share == UserShare.None)
            _shares.Remove(job.Owner);
        else
            _shares[job.Owner] = share;
    }
}
