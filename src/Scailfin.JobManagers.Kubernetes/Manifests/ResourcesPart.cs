using System.Globalization;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Kubernetes.Options;
using Scailfin.JobManagers.Kubernetes.Requests;

namespace Scailfin.JobManagers.Kubernetes.Manifests;

/// <summary>
/// CPU, memory and devices of the container that runs the step (contract C.7): only what the request or the operator's defaults name.
/// </summary>
internal static class ResourcesPart
{
    public static ContainerResources Of(PodDraft draft)
    {
        JobSpec spec = draft.Spec;
        KubernetesResources defaults = draft.Options.Defaults;
        var requests = new Dictionary<string, string>();
        var limits = new Dictionary<string, string>();
        Put(requests, "cpu", spec, KubernetesFields.CpuRequest, defaults.CpuRequest);
        Put(requests, "memory", spec, KubernetesFields.MemoryRequest, defaults.MemoryRequest);
        Put(limits, "cpu", spec, KubernetesFields.CpuLimit, defaults.CpuLimit);
        Put(limits, "memory", spec, KubernetesFields.MemoryLimit, defaults.MemoryLimit);
        if (draft.Options.Placement is { Gpus: > 0 } placement)
            limits[placement.GpuResource] = placement.Gpus.ToString(CultureInfo.InvariantCulture);
        return new ContainerResources
        {
            Requests = requests.Count > 0 ? requests : null,
            Limits = limits.Count > 0 ? limits : null,
        };
    }

    private static void Put(Dictionary<string, string> amounts, string resource, JobSpec spec, string field, string? byDefault)
    {
        if ((spec.BackendFields.Text(field) ?? byDefault) is { } amount)
            amounts[resource] = amount;
    }
}
