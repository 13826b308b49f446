using System.Globalization;
using System.Text;

namespace HTCondor.Net.ClassAds;

/// <summary>An expression of the ClassAd language, built from values and operators: text of others never becomes a part of it unquoted.</summary>
public sealed partial class ClassAdExpression : IEquatable<ClassAdExpression>
{
    private ClassAdExpression(string text) => Text = text;

    /// <summary>In the language's own notation.</summary>
    public string Text { get; }

    /// <summary>A text.</summary>
    /// <exception cref="ArgumentException">It contains a NUL, which HTCondor cannot carry.</exception>
    public static ClassAdExpression Of(string value)
    {
        if (value.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("A ClassAd text cannot contain a NUL character.", nameof(value));
        var text = new StringBuilder(value.Length + 2).Append('"');
        foreach (char letter in value)
        {
            _ = letter switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                _ => text.Append(letter),
            };
        }

        return new ClassAdExpression(text.Append('"').ToString());
    }

    /// <summary>A whole number.</summary>
    public static ClassAdExpression Of(long value) => new(value.ToString(CultureInfo.InvariantCulture));

    /// <summary>A truth value.</summary>
    public static ClassAdExpression Of(bool value) => new(value ? "true" : "false");

    /// <inheritdoc/>
    public bool Equals(ClassAdExpression? other) => other is not null && other.Text == Text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ClassAdExpression);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
