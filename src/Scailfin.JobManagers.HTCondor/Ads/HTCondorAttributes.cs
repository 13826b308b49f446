using HTCondor.Net.Jobs;

namespace Scailfin.JobManagers.HTCondor.Ads;

/// <summary>The service's own attributes in a job's ad, and the attributes that each query requests.</summary>
internal static class HTCondorAttributes
{
    /// <summary>The job's id.</summary>
    public const string JobId = "ScailfinJobId";

    /// <summary>The attempt's number.</summary>
    public const string Attempt = "ScailfinAttempt";

    /// <summary>The backend that the job belongs to.</summary>
    public const string Backend = "ScailfinBackend";

    /// <summary>
    /// The maximum number of machines that the schedd may give the job to, as long as it certainly has not begun.
    /// </summary>
    public const string AllowedTries = "ScailfinAllowedTries";

    /// <summary>The workflow that the step belongs to.</summary>
    public const string Workflow = "ScailfinWorkflow";

    /// <summary>The time between TERM and KILL when a job is removed: option <c>stop_grace_s</c>.</summary>
    public const string VacateTime = "JobMaxVacateTime";

    /// <summary>Set when the service has released the job; from then on the service ignores it.</summary>
    public const string Released = "ScailfinReleased";

    /// <summary>Whether an operator's attribute of that name would take the place of the service's or the schedd's own.</summary>
    public static bool IsSetByUs(string name)
    {
        var probe = new JobDescription { Executable = "/bin/true", WorkingDirectory = "/", Extra = [] };
        probe.Extra.Set(name, value: true);
        return name.StartsWith("Scailfin", StringComparison.OrdinalIgnoreCase)
            || string.Equals(name, VacateTime, StringComparison.OrdinalIgnoreCase)
            || probe.Validate().Count > 0;
    }

    /// <summary>The attributes that an observation reads.</summary>
    public static IReadOnlyList<string> Projection { get; } =
    [
        "ClusterId", "ProcId", JobId, Attempt, "JobStatus", "NumJobStarts", "NumShadowStarts", "NumHolds", "EnteredCurrentStatus", "QDate",
        "CompletionDate", "JobCurrentStartDate", "JobCurrentStartExecutingDate", "JobStartDate", "ExitCode", "ExitBySignal", "ExitSignal",
        "HoldReason", "HoldReasonCode", "HoldReasonSubCode", "RemoveReason", "VacateReason", "VacateReasonCode", AllowedTries,
        "TransferringInput", "TransferQueued", "StageOutFinish", "LastRejMatchReason", "JobDisconnectedDate", "JobLeaseDuration",
        "RemoteHost", "LastRemoteHost", "ServerTime",
    ];
}
