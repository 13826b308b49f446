using System.Text.Json.Serialization;

namespace Scailfin.JobManagers.Kubernetes.Objects;

/// <summary>An object of a list or a watch, or what is known of one that cannot be read: one bad object never hides the others.</summary>
[JsonConverter(typeof(ReadableConverterFactory))]
internal readonly record struct Readable<T>(T? Value, UnreadableObject? Unreadable)
    where T : class, IWatchedObject;

/// <summary>An object that cannot be read.</summary>
/// <param name="Name">Empty where that cannot be read either, as the other parts.</param>
/// <param name="Uid">Its identity.</param>
/// <param name="ResourceVersion">From which a watch goes on.</param>
/// <param name="JobName">The Job that it belongs to, of a pod.</param>
/// <param name="Why">The field that cannot be read, in a sentence without its full stop.</param>
internal sealed record UnreadableObject(string Name, string Uid, string ResourceVersion, string? JobName, string Why)
{
    /// <summary>A line that is not an event.</summary>
    public static UnreadableObject Line(string why) => new("", "", "", null, why);
}
