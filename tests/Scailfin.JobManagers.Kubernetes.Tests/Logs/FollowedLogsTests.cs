using Microsoft.Extensions.Time.Testing;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Kubernetes.Api;
using Scailfin.JobManagers.Kubernetes.Logs;
using Scailfin.Testing;
using Scailfin.Testing.Kubernetes;
using Scailfin.Testing.Kubernetes.Controllers;
using Scailfin.Testing.Kubernetes.Objects;
using ContainerLog = Scailfin.JobManagers.Kubernetes.Logs.ContainerLog;

namespace Scailfin.JobManagers.Kubernetes.Tests.Logs;

/// <summary>
/// The kubelet rotates a log at 10 MiB and serves the newest file only (recorded: <c>logs/rotation.jsonl</c> and
/// <c>rotation-follow.jsonl</c>): nothing of a log is lost without a word.
/// </summary>
public sealed class FollowedLogsTests : IAsyncDisposable
{
    private const int FirstFile = 10 << 20;

    private readonly FakeTimeProvider _cluster = new(TimeProvider.System.GetUtcNow());
    private KubernetesBench? _bench;
    private ApiConnection? _connection;
    private FollowedLogs? _followed;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_log_that_is_followed_is_whole_although_its_node_has_rotated_it()
    {
        (string pod, ContainerLog reader) = await RunningAsync(limit: 32);
        await _followed!.FollowAsync(pod, "job");
        await RotateAndEndAsync();
        string? text = await reader.ReadAsync(pod, "job", Cancellation);
        Assert.Equal(FirstFile + "second file\n".Length, text?.Length);
        Assert.EndsWith("a\nsecond file\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_followed_log_that_breaks_off_says_that_the_newest_file_follows()
    {
        (string pod, ContainerLog reader) = await RunningAsync(limit: 32);
        FollowedLog log = (await _followed!.FollowAsync(pod, "job"))!;
        await Eventually.TrueAsync(() => log.Bytes == FirstFile, "the first file is read", () => log.Bytes);
        await _bench!.Server.GoAwayAsync();
        await log.Ended;
        await _bench.Server.ComeBackAsync();
        await RotateAndEndAsync();
        string text = (await reader.ReadAsync(pod, "job", Cancellation))!;
        Assert.EndsWith(
            "a\n[The log was read so far while it was written. Its node has rotated it since; the rest is the node's newest file, which "
                + "may repeat some of these lines]\nsecond file\n",
            text,
            StringComparison.Ordinal);
        Assert.StartsWith("aaa", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_followed_log_for_which_there_was_no_room_says_how_much_is_missing()
    {
        (string pod, ContainerLog reader) = await RunningAsync(limit: 32);
        FollowedLog log = (await _followed!.FollowAsync(pod, "job"))!;
        await Eventually.TrueAsync(() => log.Bytes == FirstFile, "the first file is read", () => log.Bytes);
        log.Drop();
        await RotateAndEndAsync();
        Assert.Equal(
            $"[At least {FirstFile} bytes are missing here: the log was rotated by its node, which serves the newest file only]\n"
                + "second file\n",
            await reader.ReadAsync(pod, "job", Cancellation));
    }

    [Fact]
    public async Task A_log_of_a_pod_that_is_gone_is_what_was_followed()
    {
        (string pod, ContainerLog reader) = await RunningAsync(limit: 1);
        await _followed!.FollowAsync(pod, "job");
        await RotateAndEndAsync();
        await _bench!.DeletePodsAsync();
        string text = (await reader.ReadAsync(pod, "job", Cancellation))!;
        Assert.Contains("bytes are left out ...]", text, StringComparison.Ordinal);
        Assert.EndsWith("second file\n", text, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        _followed?.Dispose();
        _connection?.Dispose();
        if (_bench is not null)
            await _bench.DisposeAsync();
    }

    /// <summary>A job that has written its first file; the cluster's clock stands still until it is rotated.</summary>
    private async Task<(string Pod, ContainerLog Reader)> RunningAsync(int limit)
    {
        _bench = await KubernetesBench.StartAsync(new ApiServerOptions { Time = _cluster });
        string line = new string('a', 1023) + "\n";
        Attempt attempt = await _bench.SubmitAsync(
            _bench.NewManager(TimeProvider.System),
            life: PodLife.Starts().Writes(string.Concat(Enumerable.Repeat(line, FirstFile / line.Length))).For(TimeSpan.FromSeconds(10))
                .RotatesLog().Writes("second file\n").Exits(0));
        Assert.NotNull(attempt.Handle);
        await _bench.Server.SettledAsync();
        _connection = _bench.NewConnection();
        var api = new KubernetesApi(_connection, "default");
        _followed = new FollowedLogs(api, limit, TimeProvider.System);
        string pod = Assert.Single(_bench.Server.Store.List(ResourceType.Pods)).Name;
        return (pod, new ContainerLog(api, limit, TimeProvider.System, _followed));
    }

    private async Task RotateAndEndAsync()
    {
        _cluster.Advance(TimeSpan.FromSeconds(10));
        await _bench!.Server.SettledAsync();
    }
}
