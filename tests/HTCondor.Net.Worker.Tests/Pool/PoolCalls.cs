using HTCondor.Net.ClassAds;
using HTCondor.Net.Jobs;
using HTCondor.Net.Schedds;
using HTCondor.Net.Transports.Native;

namespace HTCondor.Net.Worker.Tests.Pool;

/// <summary>Calls on this machine's own schedd.</summary>
internal static class PoolCalls
{
    public static JobDescription Sleep(int seconds) => new()
    {
        Executable = "/bin/sleep",
        Arguments = [$"{seconds}"],
        WorkingDirectory = "/tmp",
        Transfer = FileTransfer.No,
        MemoryMiB = 16,
        DiskKiB = 1024,
    };

    public static Task<SubmitResult> SubmitAsync(
        this NativeTransport transport, JobDescription job, int seconds = 30, string? owner = null) =>
        transport.SubmitAsync(ScheddLocation.Local, job.ToSubmitRequest(), Within(seconds, owner), TestContext.Current.CancellationToken);

    public static Task<IReadOnlyList<ClassAd>> QueryAsync(
        this NativeTransport transport, int cluster, int seconds = 30, params string[] names) =>
        transport.QueryAsync(
            ScheddLocation.Local,
            new JobQuery
            {
                Constraint = ClassAdExpression.Attribute("ClusterId").EqualTo(ClassAdExpression.Of(cluster)),
                Projection = names,
            },
            Within(seconds),
            TestContext.Current.CancellationToken);

    public static Task<IReadOnlyList<JobActionResult>> ActAsync(
        this NativeTransport transport, JobAction action, JobSelection jobs, int seconds = 30, string? owner = null) =>
        transport.ActAsync(ScheddLocation.Local, action, jobs, "a test", Within(seconds, owner), TestContext.Current.CancellationToken);

    /// <summary>Tries until the pool has recovered; every failure on the way must be one that says it can be tried again.</summary>
    public static async Task<SubmitResult> SubmitWhenRecoveredAsync(this NativeTransport transport)
    {
        SubmitResult? result = null;
        await Scailfin.Testing.Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    result = await transport.SubmitAsync(Sleep(0) with { Hold = true });
                    return true;
                }
                catch (HTCondorException failure) when (failure.Error.Retryable || failure.Error.Ambiguous)
                {
                    return false;
                }
            },
            "a submission succeeds again");
        return result!;
    }

    private static CallOptions Within(int seconds, string? owner = null) =>
        new() { Deadline = TimeSpan.FromSeconds(seconds), EffectiveOwner = owner };
}
