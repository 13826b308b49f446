namespace Scailfin.Core.Jobs;

/// <summary>
/// The allowed transitions between statuses (design, section 4). Writing the same status again changes nothing and is allowed.
/// </summary>
public static class JobTransitions
{
    private static readonly Dictionary<JobStatus, JobStatus[]> Allowed = new()
    {
        [JobStatus.Created] = [JobStatus.Queued, JobStatus.Running, JobStatus.Finished, JobStatus.Failed, JobStatus.Stopped],
        [JobStatus.Queued] = [JobStatus.Running, JobStatus.Finished, JobStatus.Failed, JobStatus.Stopped],
        [JobStatus.Running] = [JobStatus.Queued, JobStatus.Finished, JobStatus.Failed, JobStatus.Stopped],
        [JobStatus.Finished] = [],
        [JobStatus.Failed] = [],
        [JobStatus.Stopped] = [],
    };

    /// <summary>Whether a job in <paramref name="from"/> may come to be in <paramref name="to"/>.</summary>
    public static bool CanMove(JobStatus from, JobStatus to) => from == to || Allowed[from].Contains(to);
}
