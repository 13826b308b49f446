using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Testing;

namespace Scailfin.JobManagers.Kubernetes.Tests;

/// <summary>
/// The promises of every manager, against a Kubernetes API server in process or, with SCAILFIN_TEST_KUBECONFIG, a real cluster.
/// </summary>
public sealed class KubernetesJobManagerContractTests : JobManagerContract, IAsyncLifetime
{
    private KubernetesBench? _bench;
    private RealCluster? _cluster;

    protected override string ExpectedInLog => "well done";

    public async ValueTask InitializeAsync()
    {
        if (RealCluster.Kubeconfig is not null)
            _cluster = await RealCluster.StartAsync();
        else
            _bench = await KubernetesBench.StartAsync();
    }

    public ValueTask DisposeAsync() => _cluster?.DisposeAsync() ?? _bench!.DisposeAsync();

    protected override Task<IJobManager> CreateManager() => Task.FromResult<IJobManager>(_cluster?.NewManager() ?? _bench!.NewManager());

    protected override JobSpec SpecThatSucceeds() => Spec("echo well done");

    protected override JobSpec SpecThatFails() => Spec($"exit {FailingExitCode}");

    protected override JobSpec SpecThatRunsLong() => Spec("sleep 1000");

    protected override Task<int> RunCountAsync(Attempt attempt) =>
        _cluster?.PodsOfAsync(attempt) ?? Task.FromResult(_bench!.PodsOf(attempt));

    private JobSpec Spec(string command) => _cluster is null ? KubernetesBench.Spec(command) : RealCluster.Spec(command);
}
