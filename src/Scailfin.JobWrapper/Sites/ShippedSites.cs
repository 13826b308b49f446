using System.Reflection;
using System.Text;

namespace Scailfin.JobWrapper.Sites;

/// <summary>The site profiles of docs/sites, which this assembly carries. They are YAML; who has a reader for that parses them.</summary>
public static class ShippedSites
{
    private const string Prefix = "sites/";
    private const string Suffix = ".yaml";

    /// <summary>Sorted by name.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..^Suffix.Length]).Order(StringComparer.Ordinal),
    ];

    /// <summary>Finds the shipped profile of that name; null if there is none.</summary>
    public static string? Read(string name)
    {
        using Stream? stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"{Prefix}{name}{Suffix}");
        if (stream is null)
            return null;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
