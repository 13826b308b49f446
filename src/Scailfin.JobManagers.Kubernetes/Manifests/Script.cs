namespace Scailfin.JobManagers.Kubernetes.Manifests;

/// <summary>
/// The scripts of init containers and companions, as embedded in this assembly. No text is inserted: they read environment variables.
/// </summary>
internal static class Script
{
    public static string Read(string name)
    {
        using Stream stream = typeof(Script).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"No script {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
