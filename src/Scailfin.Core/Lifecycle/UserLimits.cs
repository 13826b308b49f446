using Scailfin.Core.Jobs;

namespace Scailfin.Core.Lifecycle;

/// <summary>What one user may have in the service at a time, so that one user's jobs do not cost the others.</summary>
public sealed record UserLimits
{
    /// <summary>Jobs that have not ended.</summary>
    public int LiveJobs { get; init; } = 10_000;

    /// <summary>Bytes of the commands and environments of all the user's jobs that are kept.</summary>
    public long Bytes { get; init; } = 4L << 30;

    /// <summary>Bytes of memory for what the user's jobs have beyond <see cref="UsualSnapshot"/> each, such as long names.</summary>
    public long Memory { get; init; } = 32 << 20;

    /// <summary>Bytes of memory that names and fields of one job may take without being counted.</summary>
    internal const int UsualSnapshot = 2 << 10;

    /// <summary>Why a new job would be too much; null if it is not.</summary>
    internal SubmitResult.OverLimit? Refusal(string user, UserShare share, JobSpec spec)
    {
        long length = spec.TextsLength;
        if (share.LiveJobs >= LiveJobs)
        {
            return new SubmitResult.OverLimit(
                $"User '{user}' has {share.LiveJobs} jobs that have not ended, and may have {LiveJobs}: nothing was stored. "
                    + "Wait until some have ended, or stop some.",
                TimeSpan.FromSeconds(30));
        }

        if (share.Memory + UserShare.MemoryOf(spec) > Memory)
        {
            return new SubmitResult.OverLimit(
                $"The names and fields of the jobs of user '{user}' that are longer than usual take {share.Memory} bytes of memory, "
                    + $"and may take {Memory}: nothing was stored. Jobs with shorter ones are accepted.",
                TimeSpan.FromMinutes(10));
        }

        return share.Bytes + length > Bytes
            ? new SubmitResult.OverLimit(
                $"The commands and environments of the jobs of user '{user}' take {share.Bytes} bytes, and may take {Bytes}; "
                    + $"this job's would take {length} more: nothing was stored. Old jobs are removed after the retention time.",
                TimeSpan.FromMinutes(10))
            : null;
    }
}

/// <summary>What one user has in the service now.</summary>
/// <param name="LiveJobs">Jobs that have not ended.</param>
/// <param name="Bytes">Bytes of the commands and environments of all jobs.</param>
/// <param name="Memory">Bytes of memory that names and fields take beyond the usual.</param>
public sealed record UserShare(int LiveJobs, long Bytes, long Memory)
{
    internal static UserShare None { get; } = new(0, 0, 0);

    internal static long MemoryOf(JobSpec spec) => Math.Max(0, spec.SnapshotLength - UserLimits.UsualSnapshot);

    internal UserShare With(Job job, int sign) =>
        new(
            LiveJobs + (job.Status.IsTerminal() ? 0 : sign),
            Bytes + (sign * job.Spec.TextsLength),
            Memory + (sign * MemoryOf(job.Spec)));
}
