using System.Collections;

namespace HTCondor.Net.ClassAds;

/// <summary>Attributes by case-insensitive name, in the order in which they were first set.</summary>
public sealed partial class ClassAd : IEnumerable<KeyValuePair<string, ClassAdExpression>>
{
    private readonly OrderedDictionary<string, ClassAdExpression> _attributes = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>How many attributes it has.</summary>
    public int Count => _attributes.Count;

    /// <summary>The expression of an attribute; null if the ad does not have the attribute.</summary>
    public ClassAdExpression? this[string name] => _attributes.GetValueOrDefault(name);

    /// <summary>Sets an attribute.</summary>
    /// <exception cref="ArgumentException">
    /// The name is invalid: it must be a letter or underscore, then letters, digits and underscores, and not a reserved word.
    /// </exception>
    public void Set(string name, ClassAdExpression value) => _attributes[ClassAdNames.Checked(name)] = value;

    /// <summary>Sets an attribute to a string.</summary>
    /// <exception cref="ArgumentException">The name is invalid, or the string has a NUL.</exception>
    public void Set(string name, string value) => Set(name, ClassAdExpression.Of(value));

    /// <summary>Sets an attribute to a whole number.</summary>
    /// <exception cref="ArgumentException">The name is invalid.</exception>
    public void Set(string name, long value) => Set(name, ClassAdExpression.Of(value));

    /// <summary>Sets an attribute to a truth value.</summary>
    /// <exception cref="ArgumentException">The name is invalid.</exception>
    public void Set(string name, bool value) => Set(name, ClassAdExpression.Of(value));

    /// <summary>Forgets an attribute.</summary>
    /// <returns>Whether the ad had the attribute.</returns>
    public bool Remove(string name) => _attributes.Remove(name);

    /// <summary>The string value of an attribute; null if the attribute is missing or has another type.</summary>
    public string? Text(string name) => this[name]?.AsText();

    /// <summary>The integer value of an attribute; null if the attribute is missing or has another type.</summary>
    public long? Integer(string name) => this[name]?.AsInteger();

    /// <summary>The numeric value of an attribute; null if the attribute is missing or has another type.</summary>
    public double? Real(string name) => this[name]?.AsReal();

    /// <summary>The Boolean value of an attribute; null if the attribute is missing or has another type.</summary>
    public bool? Boolean(string name) => this[name]?.AsBoolean();

    /// <summary>The list value of an attribute; null if the attribute is missing or has another type.</summary>
    public IReadOnlyList<ClassAdExpression>? List(string name) => this[name]?.AsList();

    /// <summary>The nested ad of an attribute; null if the attribute is missing or has another type.</summary>
    public ClassAd? Ad(string name) => this[name]?.AsAd();

    /// <summary>Another ad with the same attributes.</summary>
    public ClassAd Copy()
    {
        var copy = new ClassAd();
        foreach ((string name, ClassAdExpression value) in this)
            copy._attributes[name] = value;
        return copy;
    }

    /// <summary>The job that the ad describes; null if ClusterId or ProcId is missing.</summary>
    public JobKey? Key => Integer("ClusterId") is { } cluster && Integer("ProcId") is { } proc ? new JobKey((int)cluster, (int)proc) : null;

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, ClassAdExpression>> GetEnumerator() => _attributes.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>HTCondor may have any name; one that needs quotes cannot be sent again.</summary>
    internal void SetAsRead(string name, ClassAdExpression value) => _attributes[name] = value;

    /// <summary>Formats the ad as a nested ad: <c>[Name = value; ...]</c>.</summary>
    public override string ToString() => ClassAdExpression.Of(this).Text;
}
