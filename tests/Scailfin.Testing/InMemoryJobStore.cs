using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;

namespace Scailfin.Testing;

/// <summary>A store in memory with the rules of the real one; can be told to fail.</summary>
public sealed class InMemoryJobStore : IJobStore
{
    private readonly Lock _lock = new();
    private readonly OrderedDictionary<JobId, Job> _jobs = [];
    private readonly Dictionary<JobId, string> _logs = [];
    private readonly Dictionary<JobId, List<TimelineEntry>> _timelines = [];

    /// <summary>While set, every write fails and stores nothing.</summary>
    public bool IsAway { get; set; }

    /// <summary>How many of the next changes of rows fail; inserts do not.</summary>
    public int FailingWrites { get; set; }

    public Task InitializeAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task InsertAsync(Job job, IReadOnlyList<TimelineEntry> entries, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (IsAway)
                return Task.FromException(Away());
            _jobs.Add(job.Id, job);
            _timelines[job.Id] = [.. entries];
            return Task.CompletedTask;
        }
    }

    public Task<bool> WriteAsync(JobWrite write, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (IsAway || FailingWrites-- > 0)
                return Task.FromException<bool>(Away());
            if (!_jobs.TryGetValue(write.Job.Id, out Job? stored) || stored.Status != write.Expected)
                return Task.FromResult(false);
            _jobs[write.Job.Id] = write.Job;
            _timelines[write.Job.Id].AddRange(write.Entries);
            if (write.Logs is not null)
                _logs[write.Job.Id] = write.Logs;
            return Task.FromResult(true);
        }
    }

    public Task<IReadOnlyList<Job>> ListAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            return Task.FromResult<IReadOnlyList<Job>>([.. _jobs.Values]);
    }

    public Task<Job?> FindAsync(JobId id, CancellationToken cancellationToken)
    {
        lock (_lock)
            return Task.FromResult(_jobs.GetValueOrDefault(id));
    }

    public Task<string?> ReadLogsAsync(JobId id, CancellationToken cancellationToken)
    {
        lock (_lock)
            return Task.FromResult(_logs.GetValueOrDefault(id));
    }

    public Task<IReadOnlyList<TimelineEntry>> ReadTimelineAsync(JobId id, CancellationToken cancellationToken)
    {
        lock (_lock)
            return Task.FromResult<IReadOnlyList<TimelineEntry>>([.. _timelines.GetValueOrDefault(id) ?? []]);
    }

    private static JobStoreUnavailableException Away() => new("The job store is away.", new IOException("disk full"));
}
