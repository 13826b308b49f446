using System.Globalization;
using System.Text;

namespace HTCondor.Net.ClassAds;

public sealed partial class ClassAdExpression
{
    private const string LineBreak = "a string with a line break or a carriage return cannot be written in HTCondor's queue";
    private const string LastBackslash = "a string that ends with a backslash can only be a whole expression, not a part of one";

    /// <summary><c>undefined</c>.</summary>
    public static ClassAdExpression Undefined { get; } = new("undefined", ClassAdType.Undefined);

    /// <summary><c>error</c>.</summary>
    public static ClassAdExpression Error { get; } = new("error", ClassAdType.Error);

    /// <summary>A string. A string with a line break is a valid value, but cannot be sent: <see cref="Problem"/> says so.</summary>
    /// <exception cref="ArgumentException">The string contains a NUL or half of a surrogate pair, which HTCondor cannot carry.</exception>
    public static ClassAdExpression Of(string value)
    {
        if (value.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("A ClassAd text cannot contain a NUL character.", nameof(value));
        if (!IsWellFormed(value))
            throw new ArgumentException("A ClassAd text cannot contain half of a surrogate pair.", nameof(value));
        return value.AsSpan().ContainsAny('\n', '\r')
            ? new ClassAdExpression(Escaped(value), ClassAdType.Text, value, problem: LineBreak)
            : new ClassAdExpression($"\"{value.Replace("\"", "\\\"", StringComparison.Ordinal)}\"", ClassAdType.Text, value);
    }

    /// <summary>A whole number.</summary>
    public static ClassAdExpression Of(long value) => value switch
    {
        // HTCondor parses the digits before it applies the sign, and 9223372036854775808 is out of range.
        long.MinValue => new("-9223372036854775807 - 1", ClassAdType.Integer, value, Binding.Sum, 2),
        < 0 => new(value.ToString(CultureInfo.InvariantCulture), ClassAdType.Integer, value, Binding.Unary),
        _ => new(value.ToString(CultureInfo.InvariantCulture), ClassAdType.Integer, value),
    };

    /// <summary>A floating point number; infinities and NaN too. HTCondor keeps 16 digits.</summary>
    public static ClassAdExpression Of(double value)
    {
        if (!double.IsFinite(value))
            return new ClassAdExpression(
                $"real(\"{(double.IsNaN(value) ? "NaN" : value > 0 ? "INF" : "-INF")}\")", ClassAdType.Real, value, depth: 2);
        string digits = value.ToString("R", CultureInfo.InvariantCulture);
        if (!digits.AsSpan().ContainsAny('.', 'E'))
            digits += ".0";
        return new ClassAdExpression(digits, ClassAdType.Real, value, double.IsNegative(value) ? Binding.Unary : Binding.Primary);
    }

    /// <summary>A truth value.</summary>
    public static ClassAdExpression Of(bool value) => new(value ? "true" : "false", ClassAdType.Boolean, value);

    /// <summary>A list.</summary>
    public static ClassAdExpression List(params IReadOnlyList<ClassAdExpression> items) =>
        Compose(part => $"{{{Joined(part, ", ", items)}}}", Binding.Primary, items, ClassAdType.List, items.ToArray());

    /// <summary>A nested ad: a copy of what it has now.</summary>
    public static ClassAdExpression Of(ClassAd ad)
    {
        ClassAd copy = ad.Copy();
        ClassAdExpression expression = Compose(
            part => $"[{string.Join("; ", copy.Select(pair => $"{pair.Key} = {part(pair.Value, Binding.Conditional)}"))}]",
            Binding.Primary,
            [.. copy.Select(pair => pair.Value)],
            ClassAdType.Ad,
            copy);
        return copy.All(pair => ClassAdNames.IsName(pair.Key))
            ? expression
            : new ClassAdExpression(
                expression.Text, ClassAdType.Ad, copy, depth: expression.Depth, problem: "a nested ad cannot have a quoted attribute name");
    }

    /// <summary>Escapes a string in the "new" ClassAd syntax, for people.</summary>
    private static string Escaped(string value)
    {
        var text = new StringBuilder(value.Length + 8).Append('"');
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

        return text.Append('"').ToString();
    }

    private static bool IsWellFormed(string value)
    {
        for (int at = 0; at < value.Length; at++)
        {
            if (char.IsHighSurrogate(value[at]) && at + 1 < value.Length && char.IsLowSurrogate(value[at + 1]))
                at++;
            else if (char.IsSurrogate(value[at]))
                return false;
        }

        return true;
    }
}
