using System.Collections;

namespace Scailfin.Core.Jobs;

/// <summary>
/// The request fields that belong to one backend or another, as a typed bag: the model carries them without knowing what they mean,
/// and the job manager that a field is for reads it by name. A value is a <see cref="string"/>, a <see cref="long"/>, a <see cref="bool"/>
/// or a list of strings.
/// </summary>
public sealed class BackendFields : IEnumerable<KeyValuePair<string, object>>
{
    private readonly SortedDictionary<string, object> _values = new(StringComparer.Ordinal);

    /// <summary>No fields.</summary>
    public static BackendFields None { get; } = [];

    /// <summary>Characters of all names and strings.</summary>
    public int Length => _values.Sum(pair => pair.Key.Length + pair.Value switch
    {
        string text => text.Length,
        IReadOnlyList<string> list => list.Sum(member => member.Length),
        _ => 0,
    });

    /// <summary>Adds a string.</summary>
    public void Add(string name, string value) => _values[name] = value;

    /// <summary>Adds a whole number.</summary>
    public void Add(string name, long value) => _values[name] = value;

    /// <summary>Adds a truth value.</summary>
    public void Add(string name, bool value) => _values[name] = value;

    /// <summary>Adds a list of strings.</summary>
    public void Add(string name, IReadOnlyList<string> values) => _values[name] = values;

    /// <summary>The string of that name; null if the request did not carry it or carried another type.</summary>
    public string? Text(string name) => _values.GetValueOrDefault(name) as string;

    /// <summary>The whole number of that name, or null.</summary>
    public long? Number(string name) => _values.GetValueOrDefault(name) as long?;

    /// <summary>Whether the request carried this field as true.</summary>
    public bool IsSet(string name) => _values.GetValueOrDefault(name) is true;

    /// <summary>The list of that name; empty if the request did not carry it.</summary>
    public IReadOnlyList<string> List(string name) => _values.GetValueOrDefault(name) as IReadOnlyList<string> ?? [];

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
