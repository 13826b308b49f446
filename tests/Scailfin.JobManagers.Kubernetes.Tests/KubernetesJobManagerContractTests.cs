using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Testing;

namespace Scailfin.JobManagers.Kubernetes.Tests;

/// <summary>The promises of every manager, against a Kubernetes API server in process.</summary>
public sealed class KubernetesJobManagerContractTests : JobManagerContract, IAsyncLifetime
{
    private KubernetesBench _bench = null!;

    protected override string ExpectedInLog => "well done";

    public async ValueTask InitializeAsync() => _bench = await KubernetesBench.StartAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    protected override Task<IJobManager> CreateManager() => Task.FromResult<IJobManager>(_bench.NewManager());

    protected override JobSpec SpecThatSucceeds() => KubernetesBench.Spec("echo well done");

    protected override JobSpec SpecThatFails() => KubernetesBench.Spec($"exit {FailingExitCode}");

    protected override JobSpec SpecThatRunsLong() => KubernetesBench.Spec("sleep 1000");

    protected override Task<int> RunCountAsync(Attempt attempt) => Task.FromResult(_bench.PodsOf(attempt));
}
