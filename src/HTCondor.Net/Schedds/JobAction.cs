using HTCondor.Net.ClassAds;

namespace HTCondor.Net.Schedds;

/// <summary>An action on jobs.</summary>
public enum JobAction
{
    /// <summary>condor_hold.</summary>
    Hold,

    /// <summary>condor_release.</summary>
    Release,

    /// <summary>condor_rm.</summary>
    Remove,

    /// <summary>condor_rm -forcex: forget it here, whatever becomes of it at the remote side.</summary>
    RemoveForced,

    /// <summary>condor_vacate_job.</summary>
    Vacate,

    /// <summary>condor_vacate_job -fast: kill it at once.</summary>
    VacateFast,
}

/// <summary>Jobs, by their ids or by a constraint.</summary>
public sealed record JobSelection
{
    private JobSelection(IReadOnlyList<JobKey> jobs, ClassAdExpression? constraint)
    {
        Jobs = jobs;
        Constraint = constraint;
    }

    /// <summary>The ids; empty if <see cref="Constraint"/> is set.</summary>
    public IReadOnlyList<JobKey> Jobs { get; }

    /// <summary>The constraint; null if <see cref="Jobs"/> is not empty.</summary>
    public ClassAdExpression? Constraint { get; }

    /// <summary>These jobs.</summary>
    /// <exception cref="ArgumentException">The list of jobs is empty: HTCondor would apply the action to every job.</exception>
    public static JobSelection Of(params IReadOnlyList<JobKey> jobs) =>
        jobs.Count > 0 ? new JobSelection(jobs, null) : throw new ArgumentException("At least one job must be named.", nameof(jobs));

    /// <summary>The jobs for which it is true.</summary>
    public static JobSelection Where(ClassAdExpression constraint) => new([], constraint);
}

/// <summary>The outcome of an action on one job.</summary>
public enum JobActionOutcome
{
    /// <summary>Done.</summary>
    Done,

    /// <summary>There is no such job in the queue.</summary>
    NotFound,

    /// <summary>The action is not possible in the job's state.</summary>
    BadStatus,

    /// <summary>The job was already in the requested state.</summary>
    AlreadyDone,

    /// <summary>The job belongs to another user.</summary>
    PermissionDenied,

    /// <summary>Anything else.</summary>
    Failed,
}

/// <summary>A job and the outcome of an action on it.</summary>
public sealed record JobActionResult(JobKey Job, JobActionOutcome Outcome);
