using System.Collections;

namespace HTCondor.Net.ClassAds;

/// <summary>Attributes by name, whatever the case of its letters, in the order in which they were first set.</summary>
public sealed partial class ClassAd : IEnumerable<KeyValuePair<string, ClassAdExpression>>
{
    private readonly OrderedDictionary<string, ClassAdExpression> _attributes = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>How many attributes it has.</summary>
    public int Count => _attributes.Count;

    /// <summary>The attribute's expression; null where it has none.</summary>
    public ClassAdExpression? this[string name] => _attributes.GetValueOrDefault(name);

    /// <summary>Sets an attribute.</summary>
    /// <exception cref="ArgumentException">The name is none: a letter or underscore, then letters, digits, underscores.</exception>
    public void Set(string name, ClassAdExpression value)
    {
        if (!IsName(name))
            throw new ArgumentException($"'{name}' is not the name of a ClassAd attribute: a letter or underscore, then letters, digits and underscores.", nameof(name));
        _attributes[name] = value;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, ClassAdExpression>> GetEnumerator() => _attributes.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static bool IsName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');
}
