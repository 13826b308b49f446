using System.Text;
using k8s;
using k8s.KubeConfigModels;

namespace Scailfin.JobManagers.Kubernetes.Api;

/// <summary>The address of the API server and the service's credentials, from its own pod or from a file.</summary>
internal sealed class ApiConfiguration(string? kubeconfig, string? context)
{
    private const string TokenFile = "/var/run/secrets/kubernetes.io/serviceaccount/token";

    /// <summary>Whether this process runs in a pod that has credentials.</summary>
    public static bool IsInCluster =>
        Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") is { Length: > 0 } && File.Exists(TokenFile);

    /// <summary>Reads the configuration again, so that rotated credentials are used.</summary>
    /// <exception cref="ApiUnreachableException">The configuration or its credentials cannot be read.</exception>
    public async Task<KubernetesClientConfiguration> ReadAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return kubeconfig is { } file
                ? await ReadFileAsync(file, time, cancellationToken)
                : KubernetesClientConfiguration.InClusterConfig();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Any exception of the client library is caught: a file that is being replaced may be empty or incomplete for a moment.
            throw Unreadable(exception);
        }
    }

    /// <summary>The credentials cannot be read or used.</summary>
    public ApiUnreachableException Unreadable(Exception exception) => new(
        $"The credentials for Kubernetes ({kubeconfig ?? "this pod's service account"}) cannot be read: {exception.Cause()}",
        mayHaveArrived: false,
        exception);

    private async Task<KubernetesClientConfiguration> ReadFileAsync(string file, TimeProvider time, CancellationToken cancellationToken)
    {
        KubeconfigUser? user = KubeconfigUser.Read(file, context);
        if (user?.Problem is { } problem)
            throw new IOException(problem);
        if (user is not { TokenFile: not null } and not { Plugin: not null })
            return KubernetesClientConfiguration.BuildConfigFromConfigFile(file, context);

        K8SConfiguration content = await KubernetesClientConfiguration.LoadKubeConfigAsync(file);
        UserCredentials credentials = content.Users.First(
            entry => string.Equals(entry.Name, user.Name, StringComparison.OrdinalIgnoreCase)).UserCredentials;
        credentials.ExternalExecution = null;
        if (user.TokenFile is { } tokenFile)
            credentials.Token = (await File.ReadAllTextAsync(tokenFile, cancellationToken)).Trim();
        else
            Use(credentials, await user.Plugin!.RunAsync(time, cancellationToken));
        return KubernetesClientConfiguration.BuildConfigFromConfigObject(content, context);
    }

    private static void Use(UserCredentials credentials, PluginCredentials given)
    {
        credentials.Token = given.Token;
        if (given is { Certificate: { } certificate, Key: { } key })
        {
            credentials.ClientCertificateData = Convert.ToBase64String(Encoding.UTF8.GetBytes(certificate));
            credentials.ClientKeyData = Convert.ToBase64String(Encoding.UTF8.GetBytes(key));
        }
    }
}
