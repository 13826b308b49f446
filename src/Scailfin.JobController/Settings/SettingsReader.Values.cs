using System.Globalization;

namespace Scailfin.JobController.Settings;

/// <content>The types that a setting may have.</content>
internal sealed partial class SettingsReader
{
    public string? Optional(string name) => Optional(name, _ => true, "");

    /// <param name="name">The variable.</param>
    /// <param name="isValid">Whether a value keeps to the rule.</param>
    /// <param name="rule">Follows "must be".</param>
    public string? Optional(string name, Func<string, bool> isValid, string rule)
    {
        string? value = Peek(name);
        if (value is not null && !isValid(value))
        {
            Problem(name, value, rule);
            value = null;
        }

        Remember(name, value, value is null ? null : name);
        return value;
    }

    public Secret? Secret(string name)
    {
        Secret? value = Peek(name) is { } text ? new Secret(text) : null;
        Remember(name, value?.ToString(), value is null ? null : name);
        return value;
    }

    public string Text(string name, string byDefault) => Parsed(name, byDefault, "", text => text, text => text);

    /// <param name="name">The variable.</param>
    /// <param name="byDefault">The value if the variable is not set.</param>
    /// <param name="otherwise">A variable whose value is the default, if it is set.</param>
    public string Text(string name, string byDefault, string otherwise)
    {
        string? source = Peek(name) is not null ? name : Peek(otherwise) is not null ? otherwise : null;
        string value = Peek(name) ?? byDefault;
        Remember(name, value, source);
        return value;
    }

    public string Text(string name, string byDefault, Func<string, bool> isValid, string rule) =>
        Parsed(name, byDefault, rule, text => isValid(text) ? text : null, text => text);

    public string AbsolutePath(string name, string byDefault) => Text(name, byDefault, Path.IsPathFullyQualified, "an absolute path");

    public string Choice(string name, string byDefault, params string[] allowed) =>
        Text(name, byDefault, allowed.Contains, $"one of: {string.Join(", ", allowed)}");

    /// <summary>The words of Python's strtobool (contract F).</summary>
    public bool Flag(string name, bool byDefault) => ParsedValue(
        name,
        byDefault,
        "one of: y, yes, t, true, on, 1, n, no, f, false, off, 0",
        text => text.ToLowerInvariant() switch
        {
            "y" or "yes" or "t" or "true" or "on" or "1" => true,
            "n" or "no" or "f" or "false" or "off" or "0" => false,
            _ => null,
        },
        value => value ? "true" : "false");

    public int Integer(string name, int byDefault, int minimum, int maximum = int.MaxValue) => ParsedValue<int>(
        name,
        byDefault,
        $"a whole number {Range(minimum, maximum)}",
        text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
            && value >= minimum && value <= maximum ? value : null,
        value => value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Reads a number as reana-db does: <c>1e1</c> and <c>10.9</c> are 10 (contract F.3).</summary>
    public int Truncated(string name, int byDefault, int minimum, int maximum) => ParsedValue<int>(
        name,
        byDefault,
        $"a number {Range(minimum, maximum)}",
        text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && Math.Truncate(value) >= minimum && Math.Truncate(value) <= maximum ? (int)value : null,
        value => value.ToString(CultureInfo.InvariantCulture));

    /// <summary>A list without trimming: upstream does not trim either (contract F.1). Empty members are left out.</summary>
    public IReadOnlyList<string> List(string name, IReadOnlyList<string> byDefault) =>
        Parsed(name, byDefault, "", text => text.Split(',', StringSplitOptions.RemoveEmptyEntries), list => string.Join(',', list));

    /// <summary>Reads a variable whose type has its own parser.</summary>
    /// <param name="name">The variable.</param>
    /// <param name="byDefault">The value if the variable is not set or wrong.</param>
    /// <param name="rule">Follows "must be".</param>
    /// <param name="parse">Parses the value; returns null if it breaks the rule.</param>
    /// <param name="show">Formats the value for display.</param>
    public T Parsed<T>(string name, T byDefault, string rule, Func<string, T?> parse, Func<T, string> show)
        where T : class
    {
        string? text = Peek(name);
        T? value = text is null ? null : parse(text);
        if (text is not null && value is null)
            Problem(name, text, rule);
        Remember(name, show(value ?? byDefault) is { Length: > 0 } shown ? shown : null, value is null ? null : name);
        return value ?? byDefault;
    }

    private T ParsedValue<T>(string name, T byDefault, string rule, Func<string, T?> parse, Func<T, string> show)
        where T : struct
    {
        string? text = Peek(name);
        T? value = text is null ? null : parse(text);
        if (text is not null && value is null)
            Problem(name, text, rule);
        Remember(name, show(value ?? byDefault), value is null ? null : name);
        return value ?? byDefault;
    }

    private static string Range(int minimum, int maximum) =>
        maximum == int.MaxValue ? $"of at least {minimum}" : $"from {minimum} to {maximum}";
}
