using Microsoft.Extensions.Time.Testing;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Testing;
using Scailfin.Testing.Kubernetes;
using Scailfin.Testing.Kubernetes.Controllers;
using Scailfin.Testing.Kubernetes.Faults;
using Scailfin.Testing.Kubernetes.Http;

namespace Scailfin.JobManagers.Kubernetes.Tests.Watching;

/// <summary>Watches that break, in every way they can: the ends are the same as without.</summary>
public sealed class WatchFaultTests
{
    private static readonly Dictionary<string, WatchFault> Spoilt = new()
    {
        ["cut"] = new WatchFault { CutAfter = 3 },
        ["half a line"] = new WatchFault { HalfLineAfter = 2 },
        ["ended"] = new WatchFault { EndAfter = 4 },
        ["expired"] = new WatchFault { ExpireAfter = 3 },
        ["doubled"] = new WatchFault { Doubled = true },
        ["reordered"] = new WatchFault { ReorderWindow = 6, Seed = 11 },
        ["late"] = new WatchFault { Delay = TimeSpan.FromMilliseconds(5) },
    };

    public static TheoryData<string> Faults => [.. Spoilt.Keys];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task The_ends_are_the_same_as_with_good_watches(string fault)
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        bench.Options = bench.Options with { Patience = bench.Options.Patience with { Relist = TimeSpan.FromSeconds(3) } };
        bench.Server.Faults.Spoil(_ => true, Spoilt[fault], times: 6);
        await EndsAreRightAsync(bench, bench.NewManager());
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(410)]
    public async Task The_ends_are_the_same_when_lists_and_watches_are_refused_for_a_while(int code)
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        var refusal = new ApiFailure(code, code == 410 ? "Expired" : "InternalError", "not now");
        bench.Server.Faults.Refuse(request => request.Verb is "list" or "watch", refusal, times: 4);
        await EndsAreRightAsync(bench, bench.NewManager());
    }

    [Fact]
    public async Task A_proxy_in_the_way_changes_nothing()
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        bench.Server.Faults.RefuseAsProxy(request => request.Verb is "list" or "watch", 502, "<html>Bad gateway</html>", times: 3);
        await EndsAreRightAsync(bench, bench.NewManager());
    }

    [Fact]
    public async Task A_job_that_ended_while_nobody_watched_is_seen_by_the_next_service()
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        KubernetesJobManager first = bench.NewManager();
        Attempt attempt = await bench.SubmitAsync(first, KubernetesBench.Spec("exit 7"));
        await first.DisposeAsync();
        await bench.Server.SettledAsync();
        KubernetesJobManager second = bench.NewManager();
        AttemptEnd end = await KubernetesBench.EndAsync(second, attempt);
        Assert.Equal((EndClass.Step, 7), (end.Class, end.Evidence.ExitCode));
        Assert.Contains("oh", (await second.CollectAsync(attempt, end: null, Cancellation)).Logs, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rotated_token_is_read_anew()
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        string token = bench.Server.Access.Grant("default", "scailfin", role: null);
        bench.UseToken(token);
        KubernetesJobManager manager = bench.NewManager();
        Attempt running = await bench.SubmitAsync(manager, KubernetesBench.Spec("sleep 1000"));
        bench.UseToken(bench.Server.Access.Rotate(token));
        Attempt attempt = await bench.SubmitAsync(manager);
        bench.Server.Faults.CutWatches();
        Assert.Equal(EndClass.Succeeded, (await KubernetesBench.EndAsync(manager, attempt)).Class);
        await manager.StopAsync(running, Cancellation);
        Assert.Equal(EndClass.Cancelled, (await KubernetesBench.EndAsync(manager, running)).Class);
    }

    [Fact]
    public async Task While_the_server_is_away_nothing_is_judged_and_what_happened_is_seen_afterwards()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using KubernetesBench bench = await KubernetesBench.StartAsync(new ApiServerOptions { Time = time });
        bench.Life = PodLife.Succeeds("late\n", TimeSpan.FromSeconds(1));
        KubernetesJobManager manager = bench.NewManager(TimeProvider.System);
        Attempt attempt = await bench.SubmitAsync(manager);
        await Eventually.TrueAsync(
            async () => (await KubernetesBench.ObserveAsync(manager, attempt)).Phase == ObservedPhase.Running, "the job runs");
        await bench.Server.GoAwayAsync();
        await Eventually.TrueAsync(() => IsAwayAsync(manager, attempt), "the manager notices");
        await bench.Server.SettledAsync();
        time.Advance(TimeSpan.FromSeconds(1));
        await bench.Server.SettledAsync();
        await bench.Server.ComeBackAsync();
        AttemptEnd? end = null;
        await Eventually.TrueAsync(
            async () =>
                !await IsAwayAsync(manager, attempt) && (end = (await KubernetesBench.ObserveAsync(manager, attempt)).End) is not null,
            "it is back");
        Assert.Equal(EndClass.Succeeded, end?.Class);
    }

    private static async Task<bool> IsAwayAsync(KubernetesJobManager manager, Attempt attempt)
    {
        try
        {
            await KubernetesBench.ObserveAsync(manager, attempt);
            return false;
        }
        catch (JobManagerUnavailableException)
        {
            return true;
        }
    }

    private static async Task EndsAreRightAsync(KubernetesBench bench, KubernetesJobManager manager)
    {
        (PodLife Life, EndClass Class)[] lives =
        [
            (PodLife.Succeeds("a\n"), EndClass.Succeeded),
            (PodLife.Fails(3), EndClass.Step),
            (PodLife.OutOfMemory(), EndClass.Limit),
            (PodLife.CannotStart(), EndClass.Step),
            (PodLife.RefusedByNode(), EndClass.Infrastructure),
            (PodLife.WaitsWith("InvalidImageName", "no"), EndClass.Step),
            (PodLife.EvictedByApi().OnSignal(143), EndClass.Infrastructure),
        ];
        var attempts = new List<Attempt>();
        foreach ((PodLife life, _) in lives)
            attempts.Add(await bench.SubmitAsync(manager, life: life));
        var ends = new Dictionary<JobId, EndClass>();
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    foreach (Observation observation in await manager.ObserveAsync(attempts, Cancellation))
                    {
                        if (observation.End is { } end)
                            ends.TryAdd(observation.JobId, end.Class);
                        if (observation.Remedy is { } remedy)
                            await manager.ApplyAsync(attempts.Single(attempt => attempt.JobId == observation.JobId), remedy, Cancellation);
                    }
                }
                catch (JobManagerUnavailableException)
                {
                    // Asked again, as the lifecycle does.
                }

                return ends.Count == lives.Length;
            },
            "all attempts end");
        Assert.Equal(lives.Select(life => life.Class), attempts.Select(attempt => ends[attempt.JobId]));
    }
}
