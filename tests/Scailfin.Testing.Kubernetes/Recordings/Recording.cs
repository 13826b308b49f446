using System.IO.Compression;
using System.Reflection;

namespace Scailfin.Testing.Kubernetes.Recordings;

/// <summary>The recordings of a real cluster that this assembly carries; <c>Recordings/README.md</c> says what they are.</summary>
public static class Recording
{
    private static readonly Assembly Home = typeof(Recording).Assembly;

    /// <summary>The files of one folder: <c>http</c>, <c>watch</c>, <c>logs</c>, <c>scenarios</c>.</summary>
    public static IReadOnlyList<string> Names(string folder) =>
        [.. Home.GetManifestResourceNames()
            .Where(name => name.StartsWith(folder + "/", StringComparison.Ordinal))
            .Select(name => name[(folder.Length + 1)..])
            .Order(StringComparer.Ordinal)];

    /// <exception cref="ArgumentException">There is no such recording.</exception>
    public static string Text(string folder, string name)
    {
        using Stream stream = Home.GetManifestResourceStream($"{folder}/{name}")
            ?? throw new ArgumentException($"No recording {folder}/{name}.", nameof(name));
        if (!name.EndsWith(".gz", StringComparison.Ordinal))
            return new StreamReader(stream).ReadToEnd();
        using var unzipped = new GZipStream(stream, CompressionMode.Decompress);
        return new StreamReader(unzipped).ReadToEnd();
    }
}
