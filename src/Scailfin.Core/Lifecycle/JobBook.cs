using System.Collections.Concurrent;
using Scailfin.Core.Jobs;

namespace Scailfin.Core.Lifecycle;

/// <summary>The newest picture of every job, in memory: reads never wait for the store or for a backend.</summary>
internal sealed class JobBook
{
    private readonly ConcurrentDictionary<JobId, Job> _jobs = new();
    private readonly Lock _orderLock = new();
    private readonly List<JobId> _order = [];

    /// <summary>In the order of submission.</summary>
    public IReadOnlyList<Job> All()
    {
        JobId[] ids;
        lock (_orderLock)
            ids = [.. _order];
        return [.. ids.Select(id => _jobs[id])];
    }

    public Job? Find(JobId id) => _jobs.GetValueOrDefault(id);

    public void Add(Job job)
    {
        _jobs[job.Id] = job;
        lock (_orderLock)
            _order.Add(job.Id);
    }

    public void Replace(Job job) => _jobs[job.Id] = job;
}
