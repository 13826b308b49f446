using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;

namespace Scailfin.Core.Lifecycle;

/// <summary>Makes a job's terminal record from the end of its attempt.</summary>
internal static class JobOutcome
{
    private const string Unanswered = "The service was restarted before it answered this submission, or before it stored the answer; "
        + "the job did not run to its end.";

    /// <summary>Returns the job's terminal record.</summary>
    public static Job Of(Job job, AttemptEnd end, bool released)
    {
        JobStatus status = StatusOf(end.Class, job.Stop?.Cause);
        return job with
        {
            Status = status,
            Reason = status == JobStatus.Finished ? "" : ReasonOf(end, job.Stop?.Cause),
            Evidence = end.Evidence,
            StartedAt = job.StartedAt ?? end.StartedAt,
            FinishedAt = end.EndedAt ?? end.Evidence.ObservedAt,
            Released = released,
        };
    }

    /// <summary>
    /// The log as it is stored: bounded, and with the reason as its last line if the job failed (design, section 4.5).
    /// </summary>
    public static string Log(Job terminal, string logs, int largest)
    {
        string bounded = BoundedLog.Of(logs, largest);
        return terminal.Status == JobStatus.Failed ? WithLastLine(bounded, terminal.Reason) : bounded;
    }

    /// <summary>Adds a line at the end of a log.</summary>
    public static string WithLastLine(string logs, string line) =>
        logs.Length == 0 || logs.EndsWith('\n') ? $"{logs}{line}\n" : $"{logs}\n{line}\n";

    private static JobStatus StatusOf(EndClass end, StopCause? stop) => (end, stop) switch
    {
        (EndClass.Succeeded, _) => JobStatus.Finished,
        (EndClass.Cancelled, StopCause.Requested) => JobStatus.Stopped,
        _ => JobStatus.Failed,
    };

    private static string ReasonOf(AttemptEnd end, StopCause? stop) =>
        (end.Class, stop) is (EndClass.Cancelled, StopCause.Unanswered) ? Unanswered : end.Evidence.Text;
}
