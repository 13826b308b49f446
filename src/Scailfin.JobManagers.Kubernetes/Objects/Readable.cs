using System.Text.Json.Serialization;

namespace Scailfin.JobManagers.Kubernetes.Objects;

/// <summary>An object of a list or a watch, or what is known of one that cannot be read: one bad object never hides the others.</summary>
[JsonConverter(typeof(ReadableConverterFactory))]
internal readonly record struct Readable<T>(T? Value, UnreadableObject? Unreadable)
    where T : class, IWatchedObject;

/// <summary>An object that cannot be read.</summary>
/// <param name="Name">The object's name; empty, as the other parts, if it cannot be read either.</param>
/// <param name="Uid">The object's uid.</param>
/// <param name="ResourceVersion">The version from which a watch continues.</param>
/// <param name="JobName">The Job that a pod belongs to.</param>
/// <param name="Why">The field that cannot be read, in a sentence without its full stop.</param>
internal sealed record UnreadableObject(string Name, string Uid, string ResourceVersion, string? JobName, string Why)
{
    /// <summary>A line that is not an event.</summary>
    public static UnreadableObject Line(string why) => new("", "", "", null, why);
}
