using k8s;

namespace Scailfin.JobManagers.Kubernetes.Api;

/// <summary>Where the API server is and who we are there: of the service's own pod, or of a file.</summary>
internal sealed class ApiConfiguration(KubernetesOptions options)
{
    private const string TokenFile = "/var/run/secrets/kubernetes.io/serviceaccount/token";

    /// <summary>Whether this process runs in a pod that has credentials.</summary>
    public static bool IsInCluster =>
        Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") is { Length: > 0 } && File.Exists(TokenFile);

    /// <summary>Reads it anew, so that rotated credentials are seen.</summary>
    /// <exception cref="ApiUnreachableException">It cannot be read.</exception>
    public KubernetesClientConfiguration Read()
    {
        try
        {
            return options.Kubeconfig is { } file
                ? KubernetesClientConfiguration.BuildConfigFromConfigFile(file, options.Context)
                : KubernetesClientConfiguration.InClusterConfig();
        }
        catch (Exception exception)
        {
            // Whatever the client throws: a file that is being replaced may be empty for a moment, or half there.
            string place = options.Kubeconfig ?? "this pod's service account";
            throw new ApiUnreachableException(
                $"The credentials for Kubernetes ({place}) cannot be read: {exception.Message}", mayHaveArrived: false, exception);
        }
    }
}
