using Microsoft.Extensions.Time.Testing;
using Scailfin.Testing;
using Scailfin.Testing.Kubernetes;
using Scailfin.Testing.Kubernetes.Faults;
using Scailfin.Testing.Kubernetes.Http;

namespace Scailfin.JobManagers.Kubernetes.Tests.Watching;

/// <summary>However a server refuses, it is not asked without pauses. Time stands still here: whoever pauses does not come back.</summary>
public sealed class WatchPausesTests
{
    /// <summary>Enough for two kinds and a few tries each without a pause.</summary>
    private const int Few = 12;

    /// <summary>As long as it takes us to ask so often, a loop without pauses would have gone round many times.</summary>
    private const int Yardstick = 300;

    [Fact]
    public Task Watches_that_always_end_with_an_expired_version_are_opened_again_after_a_pause() =>
        FewWatchesAsync(server => server.Faults.Spoil(_ => true, new WatchFault { ExpireAfter = 0 }, times: int.MaxValue));

    [Fact]
    public Task Watches_that_are_always_refused_as_expired_are_opened_again_after_a_pause() =>
        FewWatchesAsync(server =>
            server.Faults.Refuse(request => request.IsWatch, new ApiFailure(410, "Expired", "too old"), times: int.MaxValue));

    [Theory]
    [InlineData(403)]
    [InlineData(500)]
    public Task Watches_that_are_always_refused_are_opened_again_after_a_pause(int code) =>
        FewWatchesAsync(server => server.Faults.Refuse(request => request.IsWatch, new ApiFailure(code, "x", "no"), times: int.MaxValue));

    [Fact]
    public Task Watches_that_always_end_at_once_are_opened_again_after_a_pause() =>
        FewWatchesAsync(server => server.Faults.Spoil(_ => true, new WatchFault { EndAfter = 0 }, times: int.MaxValue));

    private static async Task FewWatchesAsync(Action<KubernetesApiServer> spoil)
    {
        await using KubernetesBench bench =
            await KubernetesBench.StartAsync(new ApiServerOptions { Time = new FakeTimeProvider(TimeProvider.System.GetUtcNow()) });
        spoil(bench.Server);
        await bench.SubmitAsync(bench.NewManager());
        await Eventually.TrueAsync(() => bench.Server.Requests.Count("watch", "pods") > 0, "the pods are watched");
        using var http = new HttpClient { BaseAddress = bench.Server.Url, Timeout = TimeSpan.FromMinutes(5) };
        for (int asked = 0; asked < Yardstick; asked++)
            await http.GetStringAsync(new Uri("/version", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.InRange(bench.Server.Requests.Count("watch", "pods") + bench.Server.Requests.Count("watch", "jobs"), 1, Few);
    }
}
