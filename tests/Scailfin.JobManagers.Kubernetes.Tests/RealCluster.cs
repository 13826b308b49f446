using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Scailfin.Core.Jobs;

namespace Scailfin.JobManagers.Kubernetes.Tests;

/// <summary>
/// A real cluster that SCAILFIN_TEST_KUBECONFIG leads to, with a namespace of its own, which is removed afterwards. Its nodes must have, or be able
/// to pull, SCAILFIN_TEST_KUBERNETES_IMAGE (default: docker.io/library/bash:5).
/// </summary>
internal sealed class RealCluster : IAsyncDisposable
{
    private readonly k8s.Kubernetes _client;
    private readonly string _kubeconfig;
    private readonly string _namespace = $"scailfin-test-{Guid.NewGuid():N}"[..24];
    private readonly List<KubernetesJobManager> _managers = [];

    private RealCluster(string kubeconfig)
    {
        _kubeconfig = kubeconfig;
        _client = new k8s.Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));
    }

    /// <summary>Null where the suite is to run against the server in process.</summary>
    public static string? Kubeconfig => Environment.GetEnvironmentVariable("SCAILFIN_TEST_KUBECONFIG") is { Length: > 0 } path ? path : null;

    private static string Image => Environment.GetEnvironmentVariable("SCAILFIN_TEST_KUBERNETES_IMAGE") is { Length: > 0 } image ? image : "docker.io/library/bash:5";

    public static async Task<RealCluster> StartAsync(string kubeconfig)
    {
        var cluster = new RealCluster(kubeconfig);
        await cluster._client.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = cluster._namespace } });
        return cluster;
    }

    public static JobSpec Spec(string command) => KubernetesBench.Spec(command) with { DockerImage = Image, WorkflowWorkspace = "/tmp/scailfin-test", SharedFileSystem = false };

    public KubernetesJobManager NewManager()
    {
        var manager = new KubernetesJobManager(new KubernetesOptions { Namespace = _namespace, Kubeconfig = _kubeconfig }, TimeProvider.System, NullLogger.Instance);
        _managers.Add(manager);
        return manager;
    }

    public async Task<int> PodsOfAsync(Attempt attempt) =>
        (await _client.CoreV1.ListNamespacedPodAsync(_namespace, labelSelector: $"job-name={KubernetesBench.NameOf(attempt)}")).Items.Count;

    public async ValueTask DisposeAsync()
    {
        foreach (KubernetesJobManager manager in _managers)
            await manager.DisposeAsync();
        await _client.CoreV1.DeleteNamespaceAsync(_namespace);
        _client.Dispose();
    }
}
