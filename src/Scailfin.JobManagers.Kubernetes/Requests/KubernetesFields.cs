using Scailfin.Core.JobManagers;

namespace Scailfin.JobManagers.Kubernetes.Requests;

/// <summary>The fields of a request that are Kubernetes' (contract A.4).</summary>
public static class KubernetesFields
{
    internal const string Uid = "kubernetes_uid";
    internal const string CpuRequest = "kubernetes_cpu_request";
    internal const string CpuLimit = "kubernetes_cpu_limit";
    internal const string MemoryRequest = "kubernetes_memory_request";
    internal const string MemoryLimit = "kubernetes_memory_limit";
    internal const string Kerberos = "kerberos";
    internal const string VomsProxy = "voms_proxy";
    internal const string Rucio = "rucio";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<RequestField> All { get; } =
    [
        new(Uid, RequestFieldType.Number),
        new(CpuRequest, RequestFieldType.Text),
        new(CpuLimit, RequestFieldType.Text),
        new(MemoryRequest, RequestFieldType.Text),
        new(MemoryLimit, RequestFieldType.Text),
        new(Kerberos, RequestFieldType.Flag),
        new(VomsProxy, RequestFieldType.Flag),
        new(Rucio, RequestFieldType.Flag),
    ];
}
