using System.Diagnostics;

namespace Scailfin.Core.Telemetry;

/// <summary>The spans of the lifecycle. Without a listener there are none, and they cost nothing.</summary>
public static class JobTraces
{
    /// <summary>The name of the source.</summary>
    public const string SourceName = "Scailfin";

    internal const string BackendTag = "scailfin.backend";

    internal const string JobTag = "scailfin.job.id";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>A span in the current one, or else in <paramref name="origin"/>.</summary>
    internal static Activity? Start(string name, string? backend = null, ActivityContext origin = default)
    {
        if (!Source.HasListeners())
            return null;
        Activity? span = Activity.Current is null ? Source.StartActivity(name, ActivityKind.Internal, origin) : Source.StartActivity(name);
        return backend is null ? span : span?.SetTag(BackendTag, backend);
    }
}
