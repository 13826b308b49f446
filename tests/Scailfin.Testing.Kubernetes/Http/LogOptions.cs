using System.Globalization;

namespace Scailfin.Testing.Kubernetes.Http;

/// <summary>The options of a log request.</summary>
internal sealed record LogOptions(bool Follow, bool Timestamps, int? TailLines, long? LimitBytes, DateTimeOffset? Since, int? SinceSeconds)
{
    public static LogOptions Read(IReadOnlyDictionary<string, string> query) => new(
        query.GetValueOrDefault("follow") is "true" or "1",
        query.GetValueOrDefault("timestamps") is "true" or "1",
        (int?)Number(query, "tailLines"),
        Number(query, "limitBytes"),
        query.TryGetValue("sinceTime", out string? since) ? DateTimeOffset.Parse(since, CultureInfo.InvariantCulture) : null,
        (int?)Number(query, "sinceSeconds"));

    private static long? Number(IReadOnlyDictionary<string, string> query, string name) =>
        query.TryGetValue(name, out string? text) ? long.Parse(text, CultureInfo.InvariantCulture) : null;
}
