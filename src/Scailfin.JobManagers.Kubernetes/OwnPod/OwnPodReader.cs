using Scailfin.JobManagers.Kubernetes.Api;
using Scailfin.JobManagers.Kubernetes.Objects;

namespace Scailfin.JobManagers.Kubernetes.OwnPod;

/// <summary>Reads what the service's own pod was given, by Kubernetes' word instead of that of the process environment.</summary>
/// <param name="options">How to reach Kubernetes; the namespace is that of the credentials.</param>
/// <param name="time">The clock.</param>
public sealed class OwnPodReader(KubernetesOptions options, TimeProvider time)
{
    private const string TokenFile = "/var/run/secrets/kubernetes.io/serviceaccount/token";

    /// <summary>Whether this process runs in a pod with credentials: by a file, which no variable can hide.</summary>
    public static bool IsInPod => File.Exists(TokenFile);

    /// <summary>The variables of a container in their order; those of the pod's first container where none has that name.</summary>
    /// <exception cref="IOException">They cannot be read now; the message says why.</exception>
    public async Task<IReadOnlyList<PodVariable>> ReadAsync(string pod, string container, CancellationToken cancellationToken)
    {
        try
        {
            var source = new ApiConfiguration(options);
            using var connection = new ApiConnection(source, 1, time);
            var api = new KubernetesApi(connection, source.Read().Namespace ?? options.Namespace);
            ApiResult<OwnPodObject> result = await api.GetOwnPodAsync(pod, cancellationToken);
            if (result.Value is not { } read)
                throw new IOException(result.Refusal!.Sentence);
            IReadOnlyList<OwnContainer> all = read.Spec?.Containers ?? [];
            OwnContainer? found = all.FirstOrDefault(one => one.Name == container) ?? (all.Count > 0 ? all[0] : null);
            return [.. (found?.Env ?? []).Select(Variable)];
        }
        catch (ApiUnreachableException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    private static PodVariable Variable(OwnVariable variable) =>
        new(variable.Name, variable.ValueFrom is null ? variable.Value ?? "" : null, variable.ValueFrom?.SecretKeyRef?.Name);
}

/// <summary>A variable of a container.</summary>
/// <param name="Name">Its name; of several with one name the last counts.</param>
/// <param name="Value">Its value; null where it is from elsewhere.</param>
/// <param name="Secret">The Secret that it is from; null where it is not from one.</param>
public sealed record PodVariable(string Name, string? Value, string? Secret);
