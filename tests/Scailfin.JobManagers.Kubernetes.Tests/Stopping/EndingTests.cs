using System.Text;
using Microsoft.Extensions.Time.Testing;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Testing;
using Scailfin.Testing.Kubernetes;
using Scailfin.Testing.Kubernetes.Controllers;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.JobManagers.Kubernetes.Tests.Stopping;

/// <summary>Logs, stops, and what is left in the cluster.</summary>
public sealed class EndingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_log_has_upstreams_form()
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        KubernetesJobManager manager = bench.NewManager();
        Attempt attempt = await bench.SubmitAsync(manager, life: PodLife.Succeeds("hello\n"));
        await KubernetesBench.EndAsync(manager, attempt);
        Assert.Equal("job: :\n hello\n\n\nCompleted\n", (await manager.CollectAsync(attempt, end: null, Cancellation)).Logs);
    }

    [Fact]
    public async Task What_is_no_text_in_a_log_is_replaced()
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        KubernetesJobManager manager = bench.NewManager();
        byte[] bytes = [.. "a"u8, 0, 0xFF, .. "é"u8, 0xE2, 0x82, .. "b\n"u8];
        Attempt attempt = await bench.SubmitAsync(manager, life: PodLife.Starts().Writes(bytes).Exits(0));
        await KubernetesBench.EndAsync(manager, attempt);
        Assert.Equal(
            "job: :\n a\uFFFD\uFFFDé\uFFFDb\n\n\nCompleted\n", (await manager.CollectAsync(attempt, end: null, Cancellation)).Logs);
    }

    [Fact]
    public async Task A_stop_saves_the_log_to_its_very_end()
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        KubernetesJobManager manager = bench.NewManager();
        Attempt attempt = await bench.SubmitAsync(
            manager, life: PodLife.RunsForever("begun\n").OnSignal(0, TimeSpan.FromMilliseconds(100), "last words\n"));
        await RunsAsync(manager, attempt);
        await manager.StopAsync(attempt, Cancellation);
        AttemptEnd end = await KubernetesBench.EndAsync(manager, attempt);
        Assert.Equal((EndClass.Cancelled, "The job was stopped while it ran."), (end.Class, end.Evidence.Text));
        string logs = (await manager.CollectAsync(attempt, end: null, Cancellation)).Logs;
        Assert.StartsWith("job: :\n begun\nlast words\n", logs, StringComparison.Ordinal);
    }

    /// <summary>As after a restart: this manager has seen nothing yet, and its service has no handle.</summary>
    [Fact]
    public async Task A_stop_of_a_job_whose_create_was_never_confirmed_saves_its_log_and_ends_it()
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        KubernetesJobManager before = bench.NewManager();
        Attempt attempt = await bench.SubmitAsync(before, life: PodLife.RunsForever("begun\n").OnSignal(0, output: "last words\n"));
        await RunsAsync(before, attempt);
        Attempt unconfirmed = attempt with { Handle = null };
        KubernetesJobManager manager = bench.NewManager();
        await manager.StopAsync(unconfirmed, Cancellation);
        AttemptEnd end = await KubernetesBench.EndAsync(manager, unconfirmed);
        Assert.Equal((EndClass.Cancelled, "The job was stopped while it ran."), (end.Class, end.Evidence.Text));
        Assert.StartsWith(
            "job: :\n begun\nlast words\n",
            (await manager.CollectAsync(unconfirmed, end: null, Cancellation)).Logs,
            StringComparison.Ordinal);
        Assert.Equal(1, bench.Server.Requests.Count("create", "jobs"));
    }

    [Fact]
    public async Task The_log_of_a_pod_that_is_taken_away_is_saved_before_it_is_lost()
    {
        // The time that the pod has left is the cluster's own: the manager cannot come too late.
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using KubernetesBench bench = await KubernetesBench.StartAsync(new ApiServerOptions { Time = time });
        KubernetesJobManager manager = bench.NewManager(TimeProvider.System);
        Attempt attempt = await bench.SubmitAsync(
            manager, life: PodLife.EvictedByApi(TimeSpan.FromSeconds(3), "so far\n").OnSignal(143, TimeSpan.FromSeconds(1)));
        await RunsAsync(manager, attempt);
        await bench.Server.SettledAsync();
        time.Advance(TimeSpan.FromSeconds(3));
        await Eventually.TrueAsync(() => bench.Server.Requests.Logs > 0, "the log is being read");
        await bench.Server.SettledAsync();
        time.Advance(TimeSpan.FromSeconds(1));
        AttemptEnd end = await KubernetesBench.EndAsync(manager, attempt);
        Assert.Equal(EndClass.Infrastructure, end.Class);
        await bench.Server.SettledAsync();
        Assert.Contains("so far", (await manager.CollectAsync(attempt, end: null, Cancellation)).Logs, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_running_log_is_read_from_any_offset_and_is_the_beginning_of_the_stored_one()
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        KubernetesJobManager manager = bench.NewManager();
        Attempt attempt = await bench.SubmitAsync(manager, life: PodLife.RunsForever("one\ntwo\n"));
        await RunsAsync(manager, attempt);
        var seen = new MemoryStream();
        await Eventually.TrueAsync(
            async () =>
            {
                seen.Write((await manager.ReadLogAsync(attempt, seen.Length, 3, Cancellation)).Span);
                return seen.Length >= 16;
            },
            "all of it is read");
        Assert.Equal("job: :\n one\ntwo\n", Encoding.UTF8.GetString(seen.ToArray()));
        Assert.Equal("two\n", Encoding.UTF8.GetString((await manager.ReadLogAsync(attempt, 12, 100, Cancellation)).Span));
    }

    [Theory]
    [InlineData("finished", 0, true)]
    [InlineData("failed", 0, false)]
    [InlineData("failed", 3, true)]
    [InlineData("finished", 3, false)]
    public async Task Jobs_that_ended_as_the_operator_wants_to_see_them_are_kept(string kept, int exitCode, bool stays)
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        bench.Options = bench.Options with { KeepAliveStatuses = [kept] };
        KubernetesJobManager manager = bench.NewManager();
        Attempt attempt = await bench.SubmitAsync(manager, life: PodLife.Fails(exitCode));
        await KubernetesBench.EndAsync(manager, attempt);
        await bench.Server.SettledAsync();
        await Eventually.TrueAsync(
            async () => (await manager.ExplainAsync(attempt, Cancellation))[0].EndsWith(
                exitCode == 0 ? "Succeeded." : "Failed.", StringComparison.Ordinal),
            "its pod is over");
        await manager.ReleaseAsync(attempt, Cancellation);
        Assert.Equal(stays, bench.Server.Store.Find(ResourceType.Jobs, "default", KubernetesBench.NameOf(attempt)) is not null);
    }

    [Fact]
    public async Task What_was_given_up_is_deleted_first_and_keeps_its_reason()
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        bench.Options = bench.Options with { Patience = bench.Options.Patience with { ImagePull = TimeSpan.FromMilliseconds(200) } };
        KubernetesJobManager manager = bench.NewManager();
        Attempt attempt = await bench.SubmitAsync(manager, life: PodLife.CannotPull());
        AttemptEnd end = await KubernetesBench.EndAsync(manager, attempt);
        Assert.Equal((EndClass.Infrastructure, false, "image"), (end.Class, end.StepMayHaveRun, end.Evidence.FailedPhase));
        Assert.Contains("connection refused", end.Evidence.Text, StringComparison.Ordinal);
        Assert.Null(bench.Server.Store.Find(ResourceType.Jobs, "default", KubernetesBench.NameOf(attempt)));
        await manager.ReleaseAsync(attempt, Cancellation);
        Assert.Equal(1, bench.Server.Requests.Count("delete", "jobs"));
    }

    [Fact]
    public async Task A_job_that_somebody_deletes_ends_and_says_so()
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        KubernetesJobManager manager = bench.NewManager();
        Attempt attempt = await bench.SubmitAsync(manager, KubernetesBench.Spec("sleep 1000"));
        await RunsAsync(manager, attempt);
        KubernetesJobManager somebody = bench.NewManager();
        await somebody.StopAsync(attempt, Cancellation);
        AttemptEnd end = await KubernetesBench.EndAsync(manager, attempt);
        Assert.Equal((EndClass.Cancelled, "Somebody deleted the job in Kubernetes."), (end.Class, end.Evidence.Text));
    }

    private static Task RunsAsync(KubernetesJobManager manager, Attempt attempt) => Eventually.TrueAsync(
        async () => (await KubernetesBench.ObserveAsync(manager, attempt)).Phase == ObservedPhase.Running, "the job runs");
}
