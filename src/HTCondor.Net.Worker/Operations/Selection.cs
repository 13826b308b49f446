using HTCondor.Net.Transports.Native.Protocol;
using HTCondor.Net.Worker.Native;

namespace HTCondor.Net.Worker.Operations;

/// <summary>Makes the constraint of the jobs that a request names.</summary>
internal static class Selection
{
    public static string Constraint(CallContext context, WorkerRequest request)
    {
        string constraint = request.Jobs is { Length: > 0 } jobs ? string.Join(" || ", jobs.Select(IsJob)) : request.Constraint ?? "";
        using var scratch = new NativeAd(context.Library);
        scratch.Set("Requirements", constraint);
        return constraint;
    }

    /// <summary>The same constraint, restricted to jobs of the user on whose behalf the call is made.</summary>
    public static string ConstraintOf(CallContext context, WorkerRequest request, string owner)
    {
        string constraint = Constraint(context, request);
        if (!owner.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.' or '@'))
            throw CondorFailure.Of("CLIENT", 0, $"'{owner}' is not the name of a user.");
        return $"({constraint}) && {(owner.Contains('@', StringComparison.Ordinal) ? "User" : "Owner")} =?= \"{owner}\"";
    }

    private static string IsJob(string job)
    {
        NativeJobKey key = JobOf(job);
        return $"(ClusterId == {key.Cluster} && ProcId == {key.Proc})";
    }

    private static NativeJobKey JobOf(string job) =>
        job.Split('.') is [var cluster, var proc] && int.TryParse(cluster, out int clusterId) && int.TryParse(proc, out int procId)
            ? new NativeJobKey { Cluster = clusterId, Proc = procId }
            : throw CondorFailure.Of("CLIENT", 0, $"'{job}' is not a job id such as 12.0.");
}
