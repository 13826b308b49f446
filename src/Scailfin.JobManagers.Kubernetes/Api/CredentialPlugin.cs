using System.Text.Json;
using Scailfin.Core.Processes;

namespace Scailfin.JobManagers.Kubernetes.Api;

/// <summary>
/// A program that a kubeconfig names under <c>exec</c>
/// (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins). It has a deadline, at which it
/// and its children are killed.
/// </summary>
/// <param name="Command">A name on PATH, or a path.</param>
/// <param name="Arguments">The arguments.</param>
/// <param name="Variables">Environment variables in addition to the service's own.</param>
/// <param name="ApiVersion">The version of the answer.</param>
internal sealed record CredentialPlugin(
    string Command, IReadOnlyList<string> Arguments, IReadOnlyList<KeyValuePair<string, string>> Variables, string ApiVersion)
{
    /// <summary>How long it may take.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private const int LongestComplaint = 500;

    /// <summary>Runs the plug-in.</summary>
    /// <exception cref="CredentialPluginException">The plug-in gave no credentials; the message says why.</exception>
    public async Task<PluginCredentials> RunAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        string info =
            $$$"""{"apiVersion":"{{{JsonEncodedText.Encode(ApiVersion)}}}","kind":"ExecCredential","spec":{"interactive":false}}""";
        var command = new Command(Command, Arguments, Deadline) { Variables = [.. Variables, new("KUBERNETES_EXEC_INFO", info)] };
        try
        {
            CommandResult result = await command.RunAsync(time, cancellationToken);
            return result.ExitCode == 0
                ? Parse(result.Output)
                : throw new CredentialPluginException($"The plug-in '{Command}' ended with {result.ExitCode}: {OneLine(result.Complaint)}");
        }
        catch (CommandException exception)
        {
            throw new CredentialPluginException($"The plug-in '{Command}' {exception.Message}.", exception);
        }
    }

    private PluginCredentials Parse(byte[] answer)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(answer);
            JsonElement status = document.RootElement.GetProperty("status");
            var credentials = new PluginCredentials(
                Text(status, "token"), Text(status, "clientCertificateData"), Text(status, "clientKeyData"));
            return credentials.IsUsable
                ? credentials
                : throw new CredentialPluginException($"The plug-in '{Command}' gave neither a token nor a certificate with its key.");
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // The plug-in's output may hold a secret, so the message does not contain it.
            throw new CredentialPluginException($"The plug-in '{Command}' did not answer with an ExecCredential.", exception);
        }
    }

    private static string? Text(JsonElement status, string name) =>
        status.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string OneLine(string text)
    {
        string line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length > LongestComplaint ? line[..LongestComplaint] + "..." : line;
    }
}

/// <summary>The credentials that a plug-in returned; certificate and key are PEM.</summary>
internal sealed record PluginCredentials(string? Token, string? Certificate, string? Key)
{
    public bool IsUsable => !string.IsNullOrEmpty(Token) || (!string.IsNullOrEmpty(Certificate) && !string.IsNullOrEmpty(Key));
}

/// <summary>A plug-in gave no credentials; the message says all there is to say.</summary>
internal sealed class CredentialPluginException(string message, Exception? inner = null) : Exception(message, inner);
