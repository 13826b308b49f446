using Microsoft.Extensions.Time.Testing;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Testing;
using Scailfin.Testing.Kubernetes;
using Scailfin.Testing.Kubernetes.Http;

namespace Scailfin.JobManagers.Kubernetes.Tests.Watching;

/// <summary>What must not go on without end.</summary>
public sealed class ReflectorTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>By a clock that stands still: what comes after the pause never comes.</summary>
    [Fact]
    public async Task A_list_that_expires_again_and_again_is_given_up_for_a_while()
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync(new ApiServerOptions { RunsControllers = false });
        KubernetesJobManager before = bench.NewManager();
        Attempt[] attempts = [.. Enumerable.Range(0, 501).Select(_ => Specs.NewAttempt(KubernetesBench.Spec()))];
        await Parallel.ForEachAsync(
            attempts,
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (attempt, _) => await before.SubmitAsync(attempt, Cancellation));
        await before.DisposeAsync();

        bench.Server.Requests.Clear();
        bench.Server.Faults.Refuse(
            request => request.Query.ContainsKey("continue"), new ApiFailure(410, "Expired", "too old"), times: int.MaxValue);
        KubernetesJobManager manager = bench.NewManager(new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
        await Assert.ThrowsAsync<JobManagerUnavailableException>(() => KubernetesBench.ObserveAsync(manager, attempts[0]));
        Assert.Equal(8, bench.Server.Requests.Count("list", "jobs"));
    }

    [Fact]
    public async Task A_log_that_is_followed_goes_on_when_the_credentials_are_rotated()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using KubernetesBench bench = await KubernetesBench.StartAsync(new ApiServerOptions { Time = time });
        string token = bench.Server.Access.Grant("default", "scailfin", role: null);
        bench.UseToken(token);
        KubernetesJobManager manager = bench.NewManager();
        Attempt attempt = await bench.SubmitAsync(
            manager, life: Testing.Kubernetes.Controllers.PodLife.RunsForever("one\n").For(TimeSpan.FromSeconds(10)).Writes("two\n"));
        await Eventually.TrueAsync(
            async () => (await KubernetesBench.ObserveAsync(manager, attempt)).Phase == ObservedPhase.Running, "it runs");
        Assert.Equal("one\n", await ReadAsync(8));

        // The submission is refused, reads the credentials anew, and lets go of the old connections.
        bench.UseToken(bench.Server.Access.Rotate(token));
        await bench.SubmitAsync(manager, life: Testing.Kubernetes.Controllers.PodLife.Refused());
        int logs = bench.Server.Requests.Count("get", "pods/log");
        await bench.Server.SettledAsync();
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal("two\n", await ReadAsync(12));
        Assert.Equal(logs, bench.Server.Requests.Count("get", "pods/log"));

        async Task<string> ReadAsync(long offset)
        {
            ReadOnlyMemory<byte> bytes = default;
            await Eventually.TrueAsync(
                async () => !(bytes = await manager.ReadLogAsync(attempt, offset, 100, Cancellation)).IsEmpty, "more is written");
            return System.Text.Encoding.UTF8.GetString(bytes.Span);
        }
    }
}
