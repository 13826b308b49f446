using Scailfin.Core.Jobs;

namespace Scailfin.Core.Lifecycle;

/// <summary>The filter of a list of jobs. A null member does not restrict the list.</summary>
public sealed record JobFilter
{
    /// <summary>Every job.</summary>
    public static JobFilter All { get; } = new();

    /// <summary>Only jobs of this user.</summary>
    public string? Owner { get; init; }

    /// <summary>Only jobs of this workflow.</summary>
    public Guid? Workflow { get; init; }

    /// <summary>Only jobs in this status.</summary>
    public JobStatus? Status { get; init; }

    /// <summary>Only jobs submitted after this one; none if it does not exist.</summary>
    public JobId? After { get; init; }

    /// <summary>The largest number of jobs; the earliest are returned.</summary>
    public int? Limit { get; init; }

    /// <summary>Returns the jobs that pass the filter; the argument is in the order of submission.</summary>
    public IReadOnlyList<Job> Of(IReadOnlyList<Job> jobs)
    {
        if (this == All)
            return jobs;
        IEnumerable<Job> rest = After is { } after ? jobs.SkipWhile(job => job.Id != after).Skip(1) : jobs;
        rest = rest.Where(Passes);
        return [.. Limit is { } limit ? rest.Take(limit) : rest];
    }

    private bool Passes(Job job) =>
        (Owner is null || job.Owner == Owner)
        && (Workflow is null || job.Spec.WorkflowUuid == Workflow)
        && (Status is null || job.Status == Status);
}
