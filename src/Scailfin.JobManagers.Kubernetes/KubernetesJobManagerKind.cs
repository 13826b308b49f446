using Microsoft.Extensions.Logging;
using Scailfin.Core.JobManagers;
using Scailfin.JobManagers.Kubernetes.Api;
using Scailfin.JobManagers.Kubernetes.Options;
using Scailfin.JobManagers.Kubernetes.Requests;

namespace Scailfin.JobManagers.Kubernetes;

/// <summary>Runs jobs as Kubernetes Jobs.</summary>
/// <param name="reana">Defaults of the options.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The logger of the lines for REANA's users.</param>
internal sealed class KubernetesJobManagerKind(KubernetesOptions reana, TimeProvider time, ILogger<KubernetesJobManager> logger)
    : IJobManagerKind
{
    public string Name => "kubernetes";

    public IReadOnlyList<RequestField> Fields => KubernetesFields.All;

    /// <summary>Upstream's display name (contract G.2).</summary>
    public string StoredName(string backend) => backend == Name ? "Kubernetes" : backend;

    /// <summary>True only inside a cluster: a kubeconfig alone does not mean that its user wants jobs in that cluster.</summary>
    public bool CanWorkHere() => ApiConfiguration.IsInCluster;

    public IJobManager Create(string backend, BackendOptions options) =>
        new KubernetesJobManager(KubernetesOptions.Read(options, reana), time, logger);
}
