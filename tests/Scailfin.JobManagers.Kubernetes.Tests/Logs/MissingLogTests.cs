using Microsoft.Extensions.Time.Testing;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Testing;
using Scailfin.Testing.Kubernetes.Access;
using Scailfin.Testing.Kubernetes.Http;

namespace Scailfin.JobManagers.Kubernetes.Tests.Logs;

/// <summary>A log that cannot be read never becomes an empty log.</summary>
public sealed class MissingLogTests
{
    private const string Unreachable =
        "Get \"https://10.255.255.1:10250/containerLogs/default/x/job\": dial tcp 10.255.255.1:10250: connect: no route to host";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_that_may_not_read_logs_stores_what_Kubernetes_answered()
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        bench.UseToken(bench.Server.Access.Grant("default", "scailfin", new Role(
        [
            new RoleRule(["batch"], ["jobs"], ["create", "delete", "get", "list", "watch"]),
            new RoleRule([""], ["pods"], ["get", "list", "watch"]),
        ])));
        string logs = await LogsAsync(bench);
        Assert.StartsWith(
            "job: :\n [The log of container job cannot be read. Kubernetes answered 403 Forbidden: pods \"",
            logs,
            StringComparison.Ordinal);
        Assert.Contains(
            "cannot get resource \"pods/log\" in API group \"\" in the namespace \"default\". The service account needs the right to get "
                + "\"pods/log\".]\n\n\nCompleted\n",
            logs,
            StringComparison.Ordinal);
    }

    /// <summary>As recorded (node-lost): 500 without a reason, while the API server itself is well.</summary>
    [Fact]
    public async Task A_node_that_does_not_answer_is_asked_again()
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        bench.Server.Faults.Refuse(request => request.Resource == "pods/log", new ApiFailure(500, "", Unreachable), times: 2);
        Assert.Equal("job: :\n hello\n\n\nCompleted\n", await LogsAsync(bench));
        Assert.Equal(3, bench.Server.Requests.Count("get", "pods/log"));
    }

    [Fact]
    public async Task A_node_that_never_answers_leaves_a_line_after_a_bounded_time()
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        bench.Server.Faults.Refuse(request => request.Resource == "pods/log", new ApiFailure(500, "", Unreachable), times: int.MaxValue);
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow()) { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };
        KubernetesJobManager manager = bench.NewManager(time);
        Attempt attempt = await bench.SubmitAsync(manager);
        await KubernetesBench.EndAsync(manager, attempt);
        Task<Collected> collecting = manager.CollectAsync(attempt, end: null, Cancellation);
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return collecting.IsCompleted;
            },
            "the log is given up");
        string logs = (await collecting).Logs;
        Assert.StartsWith("job: :\n [The log of container job cannot be read. Kubernetes answered 500 ", logs, StringComparison.Ordinal);
        Assert.Contains("no route to host.]\n", logs, StringComparison.Ordinal);
        Assert.InRange(bench.Server.Requests.Count("get", "pods/log"), 2, 20);
    }

    [Fact]
    public async Task A_log_that_breaks_off_is_read_again()
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        bench.Server.Faults.CutAnswer(request => request.Resource == "pods/log", times: 2);
        Assert.Equal("job: :\n hello\n\n\nCompleted\n", await LogsAsync(bench));
    }

    [Fact]
    public async Task A_pod_that_was_gone_before_its_log_was_read_says_so()
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        KubernetesJobManager before = bench.NewManager();
        Attempt attempt = await bench.SubmitAsync(before);
        await before.DisposeAsync();
        await bench.Server.SettledAsync();

        // This service has seen only how the pod ended.
        KubernetesJobManager manager = bench.NewManager();
        await KubernetesBench.EndAsync(manager, attempt);
        await bench.DeletePodsAsync();
        await Eventually.TrueAsync(
            async () => (await manager.CollectAsync(attempt, end: null, Cancellation)).Logs.StartsWith(
                "job: :\n [The log ", StringComparison.Ordinal),
            "the line stands there");
    }

    private static async Task<string> LogsAsync(KubernetesBench bench)
    {
        KubernetesJobManager manager = bench.NewManager();
        Attempt attempt = await bench.SubmitAsync(manager);
        Assert.Equal(EndClass.Succeeded, (await KubernetesBench.EndAsync(manager, attempt)).Class);
        string? logs = null;
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    return (logs = (await manager.CollectAsync(attempt, end: null, Cancellation)).Logs) is not null;
                }
                catch (JobManagerUnavailableException)
                {
                    // Asked again, as the lifecycle does: a connection that is reset may lose the head of the answer as well.
                    return false;
                }
            },
            "the log is there");
        return logs!;
    }
}
