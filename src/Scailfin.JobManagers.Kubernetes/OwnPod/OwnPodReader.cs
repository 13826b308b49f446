using Scailfin.JobManagers.Kubernetes.Api;
using Scailfin.JobManagers.Kubernetes.Objects;
using Scailfin.JobManagers.Kubernetes.Options;

namespace Scailfin.JobManagers.Kubernetes.OwnPod;

/// <summary>Reads the service's own pod from Kubernetes, whose answer no user's secret can change.</summary>
/// <param name="options">How to reach Kubernetes; the namespace is that of the credentials.</param>
/// <param name="time">The clock.</param>
public sealed class OwnPodReader(KubernetesOptions options, TimeProvider time)
{
    private const string TokenFile = "/var/run/secrets/kubernetes.io/serviceaccount/token";

    /// <summary>Whether this process runs in a pod with credentials: by a file, which no variable can hide.</summary>
    public static bool IsInPod => File.Exists(TokenFile);

    /// <summary>
    /// Reads the variables of a container in their order, of the pod's first container if none has that name, and the workflow that the
    /// pod's label names.
    /// </summary>
    /// <exception cref="IOException">The pod cannot be read now; the message says why.</exception>
    public async Task<OwnPodContent> ReadAsync(string pod, string container, CancellationToken cancellationToken)
    {
        try
        {
            var source = new ApiConfiguration(options.Kubeconfig, options.Context);
            using var connection = new ApiConnection(source, 1, time);
            var api = new KubernetesApi(connection, (await source.ReadAsync(time, cancellationToken)).Namespace ?? options.Namespace);
            ApiResult<OwnPodObject> result = await api.GetOwnPodAsync(pod, cancellationToken);
            if (result.Value is not { } read)
                throw new IOException(result.Refusal!.Sentence);
            IReadOnlyList<OwnContainer> all = read.Spec?.Containers ?? [];
            OwnContainer? found = all.FirstOrDefault(one => one.Name == container) ?? (all.Count > 0 ? all[0] : null);
            return new OwnPodContent([.. (found?.Env ?? []).Select(Variable)], read.Metadata?.Labels?.RunBatchWorkflow);
        }
        catch (ApiUnreachableException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    private static PodVariable Variable(OwnVariable variable) =>
        new(variable.Name, variable.ValueFrom is null ? variable.Value ?? "" : null, variable.ValueFrom?.SecretKeyRef?.Name);
}

/// <summary>The settings in the service's own pod.</summary>
/// <param name="Variables">The container's variables, in their order.</param>
/// <param name="Workflow">The label <c>reana-run-batch-workflow-uuid</c> (contract B.4); null if the pod has none.</param>
public sealed record OwnPodContent(IReadOnlyList<PodVariable> Variables, string? Workflow);

/// <summary>A variable of a container.</summary>
/// <param name="Name">The variable's name; of several variables with one name the last counts.</param>
/// <param name="Value">The variable's value; null if the pod takes it from another source.</param>
/// <param name="Secret">The Secret that the value comes from; null if it comes from none.</param>
public sealed record PodVariable(string Name, string? Value, string? Secret);
