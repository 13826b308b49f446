using System.Collections.Concurrent;
using Scailfin.Core.Jobs;

namespace Scailfin.Core.Lifecycle;

/// <summary>The newest snapshot of every job, in memory: reads never wait for the store or for a backend.</summary>
internal sealed class JobBook
{
    private readonly ConcurrentDictionary<JobId, Job> _jobs = new();
    private readonly Lock _orderLock = new();
    private readonly List<JobId> _order = [];

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
            if (_jobs.TryAdd(job.Id, job))
                _order.Add(job.Id);
        }
    }

    public void Replace(Job job) => _jobs[job.Id] = job;

    /// <summary>Forgets jobs.</summary>
    public void Remove(IReadOnlySet<JobId> ids)
    {
        lock (_orderLock)
        {
            _order.RemoveAll(ids.Contains);
            foreach (JobId id in ids)
                _jobs.TryRemove(id, out _);
        }
    }
}
