using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Kubernetes.Leftovers;
using Scailfin.JobManagers.Kubernetes.Options;
using Scailfin.Testing;

namespace Scailfin.JobManagers.Kubernetes.Tests;

/// <summary>
/// What can really be brought about in a cluster, through nothing but its API: in that of SCAILFIN_TEST_KUBECONFIG, or else in a server in
/// process that plays what was recorded.
/// </summary>
public sealed class ClusterTests : IAsyncLifetime
{
    /// <summary>Not the first process of the container: that one no signal of its own ends.</summary>
    internal const string Signal = "bash -c 'kill -SEGV $BASHPID'; exit $?";
    internal const string Greedy = "a=x; while :; do a=$a$a; done";

    private static readonly KubernetesPatience Impatient = new()
    {
        ImagePull = TimeSpan.FromSeconds(1),
        NoPod = TimeSpan.FromSeconds(1),
        Unschedulable = TimeSpan.FromSeconds(1),
    };

    private RealCluster _cluster = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _cluster = await RealCluster.StartAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task A_step_that_ends_well_is_finished_with_its_log()
    {
        (KubernetesJobManager manager, Attempt attempt) = await SubmitAsync(RealCluster.Spec("echo hello"));
        await EndsAsync(manager, attempt, EndClass.Succeeded, 0, "exit code 0");
        Assert.Equal("job: :\n hello\n\n\nCompleted\n", (await manager.CollectAsync(attempt, end: null, Cancellation)).Logs);
        await manager.ReleaseAsync(attempt, Cancellation);
        Assert.IsType<Finding.CertainlyNot>(Assert.Single(await manager.FindAsync([attempt], Cancellation)));
    }

    [Theory]
    [InlineData("echo oh; exit 3", 3, "exit code 3")]
    [InlineData(Signal, 139, "as after signal 11")]
    public async Task A_step_that_fails_is_the_steps_failure(string command, int exitCode, string text)
    {
        (KubernetesJobManager manager, Attempt attempt) = await SubmitAsync(RealCluster.Spec(command));
        await EndsAsync(manager, attempt, EndClass.Step, exitCode, text);
    }

    [Fact]
    public async Task Too_much_memory_is_a_limit()
    {
        var fields = new BackendFields { { "kubernetes_memory_limit", "64Mi" } };
        (KubernetesJobManager manager, Attempt attempt) = await SubmitAsync(RealCluster.Spec(Greedy) with { BackendFields = fields });
        await EndsAsync(manager, attempt, EndClass.Limit, 137, "more memory than its limit");
    }

    [Fact]
    public async Task Too_long_is_a_limit()
    {
        (KubernetesJobManager manager, Attempt attempt) =
            await SubmitAsync(RealCluster.Spec("sleep 1000") with { Timeout = TimeSpan.FromSeconds(3) });
        await EndsAsync(manager, attempt, EndClass.Limit, null, "exceeding timeout of 3 seconds");
    }

    [Fact]
    public async Task An_image_that_is_nowhere_is_given_up()
    {
        _cluster.Options = _cluster.Options with { Patience = Impatient };
        (KubernetesJobManager manager, Attempt attempt) =
            await SubmitAsync(RealCluster.Spec("true") with { DockerImage = "registry.invalid/none:1" });
        AttemptEnd end = await KubernetesBench.EndAsync(manager, attempt);
        Assert.Equal(("image", false), (end.Evidence.FailedPhase, end.StepMayHaveRun));
    }

    [Fact]
    public async Task An_image_name_that_is_none_is_the_steps_failure()
    {
        (KubernetesJobManager manager, Attempt attempt) =
            await SubmitAsync(RealCluster.Spec("true") with { DockerImage = "docker.io/Library/UPPER:1" });
        await EndsAsync(manager, attempt, EndClass.Step, null, "name of the image is not valid");
    }

    [Fact]
    public async Task A_container_that_may_not_run_as_it_should_is_the_steps_failure()
    {
        _cluster.Options = _cluster.Options with { MinimumUid = 0 };
        var fields = new BackendFields { { "kubernetes_uid", 0 } };
        (KubernetesJobManager manager, Attempt attempt) = await SubmitAsync(RealCluster.Spec("true") with { BackendFields = fields });
        await EndsAsync(manager, attempt, EndClass.Step, null, "cannot be configured");
    }

    /// <summary>bash is looked for on the path of the container's environment.</summary>
    [Fact]
    public async Task A_container_that_cannot_start_is_the_steps_failure()
    {
        (KubernetesJobManager manager, Attempt attempt) =
            await SubmitAsync(RealCluster.Spec("true") with { Environment = [new("PATH", "/nowhere")] });
        await EndsAsync(manager, attempt, EndClass.Step, null, "the image must contain bash");
    }

    [Fact]
    public async Task A_pod_that_somebody_deletes_is_the_infrastructures_failure()
    {
        (KubernetesJobManager manager, Attempt attempt) = await RunningAsync();
        await _cluster.DeletePodAsync(attempt);
        await EndsAsync(manager, attempt, EndClass.Infrastructure, null, "Somebody deleted the job's pod.");
    }

    [Fact]
    public async Task A_job_that_somebody_deletes_ends_and_says_so()
    {
        (KubernetesJobManager manager, Attempt attempt) = await RunningAsync();
        await _cluster.DeleteJobAsync(attempt);
        await EndsAsync(manager, attempt, EndClass.Cancelled, null, "Somebody deleted the job in Kubernetes.");
    }

    [Fact]
    public async Task A_job_without_a_pod_is_given_up()
    {
        _cluster.Options = _cluster.Options with { Patience = Impatient };
        await _cluster.ForbidPodsAsync();
        (KubernetesJobManager manager, Attempt attempt) = await SubmitAsync(RealCluster.Spec("true"));
        await EndsAsync(manager, attempt, EndClass.Infrastructure, null, "not created the Job's pod");
        Assert.Equal(0, await _cluster.PodsOfAsync(attempt));
    }

    [Fact]
    public async Task A_pod_without_a_node_waits_with_the_schedulers_words_and_is_given_up()
    {
        _cluster.Options = _cluster.Options with
        {
            Patience = Impatient,
            Placement = new KubernetesPlacement { NodeLabel = new("scailfin-test", "nowhere") },
        };
        (KubernetesJobManager manager, Attempt attempt) = await SubmitAsync(RealCluster.Spec("true"));
        await EndsAsync(manager, attempt, EndClass.Infrastructure, null, "No node could run it");
    }

    [Fact]
    public async Task A_stop_ends_the_step_and_keeps_its_log()
    {
        (KubernetesJobManager manager, Attempt attempt) = await RunningAsync();
        await manager.StopAsync(attempt, Cancellation);
        await EndsAsync(manager, attempt, EndClass.Cancelled, null, "The job was stopped while it ran.");
        Assert.StartsWith(
            "job: :\n begun\n", (await manager.CollectAsync(attempt, end: null, Cancellation)).Logs, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Jobs_whose_engine_is_gone_are_found_and_removed()
    {
        _cluster.Options = _cluster.Options with { UserId = "00000000-0000-0000-0000-000000000000" };
        (_, Attempt attempt) = await SubmitAsync(RealCluster.Spec("sleep 1000"));
        using KubernetesLeftovers leftovers = _cluster.NewLeftovers();
        Leftover found = Assert.Single(await leftovers.ListAsync(attempt.Spec.WorkflowUuid, Cancellation));
        Assert.Equal(KubernetesBench.NameOf(attempt), found.Name);
        Assert.True(await leftovers.RemoveAsync(found, Cancellation));
        Assert.Empty(await leftovers.ListAsync(null, Cancellation));
    }

    private async Task<(KubernetesJobManager Manager, Attempt Attempt)> SubmitAsync(JobSpec spec)
    {
        KubernetesJobManager manager = _cluster.NewManager();
        Attempt attempt = Specs.NewAttempt(spec);
        var accepted = Assert.IsType<Submission.Accepted>(await manager.SubmitAsync(attempt, Cancellation));
        return (manager, attempt with { Handle = accepted.Handle });
    }

    private async Task<(KubernetesJobManager Manager, Attempt Attempt)> RunningAsync()
    {
        (KubernetesJobManager manager, Attempt attempt) = await SubmitAsync(RealCluster.Spec("echo begun; sleep 1000"));
        await Eventually.TrueAsync(
            async () => (await KubernetesBench.ObserveAsync(manager, attempt)).Phase == ObservedPhase.Running, "the step runs");
        return (manager, attempt);
    }

    private static async Task EndsAsync(KubernetesJobManager manager, Attempt attempt, EndClass kind, int? exitCode, string text)
    {
        AttemptEnd end = await KubernetesBench.EndAsync(manager, attempt);
        Assert.Equal((kind, exitCode), (end.Class, end.Evidence.ExitCode));
        Assert.Contains(text, end.Evidence.Text, StringComparison.Ordinal);
    }
}
