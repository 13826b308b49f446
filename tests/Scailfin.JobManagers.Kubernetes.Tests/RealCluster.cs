using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Kubernetes.Leftovers;
using Scailfin.JobManagers.Kubernetes.Options;
using Scailfin.Testing.Kubernetes;

namespace Scailfin.JobManagers.Kubernetes.Tests;

/// <summary>
/// A cluster that a kubeconfig leads to, with a namespace of its own, which is removed afterwards: the one of SCAILFIN_TEST_KUBECONFIG. Its
/// nodes must have, or be able to pull, SCAILFIN_TEST_KUBERNETES_IMAGE (default: docker.io/library/bash:5). Without that variable it is a
/// server in this process, so that what is done here is tried everywhere.
/// </summary>
internal sealed class RealCluster : IAsyncDisposable
{
    private readonly string _kubeconfig;
    private readonly string _namespace = $"scailfin-test-{Guid.NewGuid():N}"[..24];
    private readonly List<KubernetesJobManager> _managers = [];
    private readonly k8s.Kubernetes _client;
    private readonly KubernetesApiServer? _server;

    private RealCluster(string kubeconfig, KubernetesApiServer? server)
    {
        _kubeconfig = kubeconfig;
        _server = server;
        _client = new k8s.Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));
        Options = new KubernetesOptions { Namespace = _namespace, Kubeconfig = kubeconfig };
    }

    /// <summary>Null where there is none, and the suite runs against servers in process.</summary>
    public static string? Kubeconfig =>
        Environment.GetEnvironmentVariable("SCAILFIN_TEST_KUBECONFIG") is { Length: > 0 } path ? path : null;

    public KubernetesOptions Options { get; set; }

    private static string Image =>
        Environment.GetEnvironmentVariable("SCAILFIN_TEST_KUBERNETES_IMAGE") is { Length: > 0 } image ? image : "docker.io/library/bash:5";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<RealCluster> StartAsync()
    {
        RealCluster cluster;
        if (Kubeconfig is { } kubeconfig)
        {
            cluster = new RealCluster(kubeconfig, null);
        }
        else
        {
            KubernetesApiServer server = await KubernetesApiServer.StartAsync();
            string file = Path.GetTempFileName();
            await File.WriteAllTextAsync(file, server.Kubeconfig());
            server.Lives.Are(pod => server.Namespaces.AllowsPods(pod.Namespace) ? RealClusterLives.Of(pod) : RealClusterLives.WithoutQuota);
            cluster = new RealCluster(file, server);
        }

        try
        {
            // By the label an operator finds those of a test that was killed.
            var labels = new Dictionary<string, string> { ["scailfin-test"] = "true" };
            await cluster._client.CoreV1.CreateNamespaceAsync(
                new V1Namespace { Metadata = new V1ObjectMeta { Name = cluster._namespace, Labels = labels } },
                cancellationToken: Cancellation);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public static JobSpec Spec(string command) =>
        KubernetesBench.Spec(command) with { DockerImage = Image, WorkflowWorkspace = "/tmp/scailfin-test", SharedFileSystem = false };

    public KubernetesJobManager NewManager()
    {
        var manager = new KubernetesJobManager(Options, TimeProvider.System, NullLogger.Instance);
        _managers.Add(manager);
        return manager;
    }

    public KubernetesLeftovers NewLeftovers() => new(Options, TimeProvider.System);

    public async Task<int> PodsOfAsync(Attempt attempt) => (await PodNamesAsync(attempt)).Count;

    public async Task DeletePodAsync(Attempt attempt) =>
        await _client.CoreV1.DeleteNamespacedPodAsync(
            Assert.Single(await PodNamesAsync(attempt)), _namespace, cancellationToken: Cancellation);

    public async Task DeleteJobAsync(Attempt attempt) =>
        await _client.BatchV1.DeleteNamespacedJobAsync(
            KubernetesBench.NameOf(attempt), _namespace, propagationPolicy: "Background", cancellationToken: Cancellation);

    /// <summary>A quota that leaves no pod.</summary>
    public async Task ForbidPodsAsync() => await _client.CoreV1.CreateNamespacedResourceQuotaAsync(
        new V1ResourceQuota
        {
            ApiVersion = "v1",
            Kind = "ResourceQuota",
            Metadata = new V1ObjectMeta { Name = "no-pods" },
            Spec = new V1ResourceQuotaSpec { Hard = new Dictionary<string, ResourceQuantity> { ["pods"] = new("0") } },
        },
        _namespace,
        cancellationToken: Cancellation);

    public async ValueTask DisposeAsync()
    {
        try
        {
            foreach (KubernetesJobManager manager in _managers)
                await manager.DisposeAsync();
        }
        finally
        {
            await RemoveAsync();
        }
    }

    /// <summary>Whatever came before: the namespace goes, and with it all that is in it.</summary>
    private async Task RemoveAsync()
    {
        try
        {
            using var bound = new CancellationTokenSource(TimeSpan.FromMinutes(5), TimeProvider.System);
            await _client.CoreV1.DeleteNamespaceAsync(_namespace, cancellationToken: bound.Token);
        }
        finally
        {
            _client.Dispose();
            if (_server is not null)
            {
                File.Delete(_kubeconfig);
                await _server.DisposeAsync();
                Assert.Null(_server.Failure);
                Assert.Equal(["default"], _server.Namespaces.Names);
            }
        }
    }

    private async Task<IReadOnlyList<string>> PodNamesAsync(Attempt attempt)
    {
        V1PodList pods = await _client.CoreV1.ListNamespacedPodAsync(
            _namespace, labelSelector: $"job-name={KubernetesBench.NameOf(attempt)}", cancellationToken: Cancellation);
        return [.. pods.Items.Select(pod => pod.Metadata.Name)];
    }
}
