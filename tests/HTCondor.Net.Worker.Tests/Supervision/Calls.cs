using HTCondor.Net.ClassAds;
using HTCondor.Net.Schedds;
using HTCondor.Net.Transports.Native;

namespace HTCondor.Net.Worker.Tests.Supervision;

/// <summary>Calls as short as tests want them.</summary>
internal static class Calls
{
    private static readonly ClassAd Nothing = [];

    public static Task<IReadOnlyList<ClassAd>> LookAsync(
        this NativeTransport transport, TimeSpan? deadline = null, CancellationToken? cancellationToken = null) =>
        transport.QueryAsync(
            ScheddLocation.Local, new JobQuery(), With(deadline), cancellationToken ?? TestContext.Current.CancellationToken);

    public static Task<SubmitResult> ChangeAsync(
        this NativeTransport transport, TimeSpan? deadline = null, CancellationToken? cancellationToken = null) =>
        transport.SubmitAsync(
            ScheddLocation.Local,
            new SubmitRequest { Shared = Nothing, Procs = [Nothing] },
            With(deadline),
            cancellationToken ?? TestContext.Current.CancellationToken);

    public static async Task<HTCondorError> FailsAsync(Task call) => (await Assert.ThrowsAsync<HTCondorException>(() => call)).Error;

    private static CallOptions With(TimeSpan? deadline) => deadline is { } span ? new CallOptions { Deadline = span } : CallOptions.Default;
}
