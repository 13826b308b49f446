using Scailfin.Core.JobManagers;
using Scailfin.JobController.Jobs;
using Scailfin.JobManagers.HTCondor.Requests;
using Scailfin.JobManagers.Kubernetes.Requests;

namespace Scailfin.JobController.Tests.Jobs;

/// <summary>The fields that the service knows.</summary>
internal static class RequestFields
{
    public static IReadOnlyList<RequestField> OfKinds { get; } = [.. KubernetesFields.All, .. HTCondorFields.All];

    public static JobRequestFields All { get; } = new(OfKinds);
}
