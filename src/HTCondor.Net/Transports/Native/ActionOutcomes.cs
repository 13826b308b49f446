using HTCondor.Net.Schedds;

namespace HTCondor.Net.Transports.Native;

/// <summary>Reads the outcomes of an action, job by job.</summary>
internal static class ActionOutcomes
{
    /// <summary>Converts the library's codes; a named job without a code is not in the queue.</summary>
    public static IReadOnlyList<JobActionResult> Of(JobSelection asked, IReadOnlyList<int> outcomes)
    {
        var results = new Dictionary<JobKey, JobActionOutcome>();
        for (int at = 0; at + 2 < outcomes.Count; at += 3)
            results[new JobKey(outcomes[at], outcomes[at + 1])] = Outcome(outcomes[at + 2]);
        foreach (JobKey job in asked.Jobs)
            results.TryAdd(job, JobActionOutcome.NotFound);
        return [.. results.OrderBy(pair => pair.Key.Cluster).ThenBy(pair => pair.Key.Proc)
            .Select(pair => new JobActionResult(pair.Key, pair.Value))];
    }

    /// <summary><c>action_result_t</c>: https://github.com/htcondor/htcondor/blob/main/src/condor_daemon_client/dc_schedd.h</summary>
    private static JobActionOutcome Outcome(int code) => code switch
    {
        1 => JobActionOutcome.Done,
        2 => JobActionOutcome.NotFound,
        3 => JobActionOutcome.BadStatus,
        4 => JobActionOutcome.AlreadyDone,
        5 => JobActionOutcome.PermissionDenied,
        _ => JobActionOutcome.Failed,
    };
}
