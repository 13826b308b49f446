using System.Collections.Frozen;

namespace Scailfin.JobController.Telemetry;

/// <summary>
/// The labels of one series: at most three, of known names. All other labels of a measurement are dropped, so that no series comes of a
/// scheme, a protocol or an exception.
/// </summary>
internal readonly record struct LabelSet(Label First, Label Second, Label Third)
{
    /// <summary>The labels that are kept, with their names in Prometheus.</summary>
    private static readonly FrozenDictionary<string, string> Kept = new[]
    {
        "backend", "status", "phase", "call", "outcome", "version",
        "http.request.method", "http.route", "http.response.status_code",
        "cpu.mode", "gc.heap.generation",
    }.ToFrozenDictionary(name => name, name => name.Replace('.', '_'));

    public static LabelSet Of(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        LabelSet labels = default;
        foreach ((string tag, object? value) in tags)
        {
            if (!Kept.TryGetValue(tag, out string? name))
                continue;
            var label = new Label(name, value);
            labels = labels switch
            {
                { First.Name: null } => labels with { First = label },
                { Second.Name: null } => labels with { Second = label },
                _ => labels with { Third = label },
            };
        }

        return labels;
    }
}

/// <param name="Name">The label's name; null if there is none.</param>
/// <param name="Value">The label's value as the instrument reported it.</param>
internal readonly record struct Label(string? Name, object? Value);
