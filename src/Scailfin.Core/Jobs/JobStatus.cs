namespace Scailfin.Core.Jobs;

/// <summary>The statuses of REANA's <c>jobstatus</c> enum (contract G.2); no other ever leaves the service.</summary>
public enum JobStatus
{
    /// <summary>Stored; its POST has not been answered yet.</summary>
    Created,

    /// <summary>We owe this job: it waits here or at the backend.</summary>
    Queued,

    /// <summary>The backend has said that it runs.</summary>
    Running,

    /// <summary>The job succeeded, with evidence.</summary>
    Finished,

    /// <summary>The job failed or cannot be run; the reason and the evidence are stored.</summary>
    Failed,

    /// <summary>The job was stopped on request.</summary>
    Stopped,
}

/// <summary>Names and classes of statuses.</summary>
public static class JobStatuses
{
    private static readonly string[] Names = ["created", "queued", "running", "finished", "failed", "stopped"];

    /// <summary>The lower-case name that the API and the database use.</summary>
    public static string Name(this JobStatus status) => Names[(int)status];

    /// <summary>The status of a stored name.</summary>
    /// <exception cref="FormatException">The name is not one of REANA's statuses.</exception>
    public static JobStatus Parse(string name)
    {
        int index = Array.IndexOf(Names, name);
        return index >= 0
            ? (JobStatus)index
            : throw new FormatException($"'{name}' is not a job status; known: {string.Join(", ", Names)}.");
    }

    /// <summary>A terminal status never changes again.</summary>
    public static bool IsTerminal(this JobStatus status) => status is JobStatus.Finished or JobStatus.Failed or JobStatus.Stopped;
}
