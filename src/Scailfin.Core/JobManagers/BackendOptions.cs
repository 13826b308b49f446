using System.Globalization;

namespace Scailfin.Core.JobManagers;

/// <summary>
/// The options of one backend, as an operator wrote them, read by name with a type and a limit. Every problem is collected and names the
/// backend, the option, the value and the rule, so that all of them are reported at once; an option that no reader asked for is a problem
/// too.
/// </summary>
public sealed class BackendOptions
{
    private readonly string _backend;
    private readonly IReadOnlyDictionary<string, object> _values;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<string> _problems = [];

    /// <summary>Options of the backend of that name: each value a <see cref="string"/> or a list of strings.</summary>
    public BackendOptions(string backend, IReadOnlyDictionary<string, object> values)
    {
        _backend = backend;
        _values = values;
    }

    /// <summary>Problems of the options that were read; for a reader that knows only some of the options.</summary>
    public IReadOnlyList<string> ProblemsOfWhatWasRead => _problems;

    /// <summary>All problems, including options that no reader asked for; valid once everything was read.</summary>
    public IReadOnlyList<string> Problems
    {
        get
        {
            IEnumerable<string> unknown = _values.Keys.Where(key => !_known.Contains(key)).Order(StringComparer.Ordinal)
                .Select(key =>
                    $"backend '{_backend}': unknown option '{key}'; known: {string.Join(", ", _known.Order(StringComparer.Ordinal))}");
            return [.. _problems, .. unknown];
        }
    }

    /// <summary>A whole number between the limits, both allowed.</summary>
    public int Integer(string name, int byDefault, int minimum, int maximum = int.MaxValue)
    {
        if (Scalar(name) is not { } text)
            return byDefault;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= minimum && value <= maximum)
            return value;
        string range = maximum == int.MaxValue ? $"of at least {minimum}" : $"from {minimum} to {maximum}";
        return Problem(name, text, $"a whole number {range}", byDefault);
    }

    /// <summary>A time, in seconds.</summary>
    public TimeSpan Seconds(string name, TimeSpan byDefault, int minimum) =>
        TimeSpan.FromSeconds(Integer(name, (int)byDefault.TotalSeconds, minimum));

    /// <summary>A truth value: <c>true</c> or <c>false</c>.</summary>
    public bool Flag(string name, bool byDefault = false)
    {
        if (Scalar(name) is not { } text)
            return byDefault;
        return bool.TryParse(text, out bool value) ? value : Problem(name, text, "true or false", byDefault);
    }

    /// <summary>An absolute path.</summary>
    public string Path(string name, string byDefault)
    {
        if (Scalar(name) is not { } text)
            return byDefault;
        return System.IO.Path.IsPathFullyQualified(text) ? text : Problem(name, text, "an absolute path", byDefault);
    }

    /// <summary>Reads a string that keeps a rule of the kind's own; the rule follows "must be".</summary>
    public string? Text(string name, string? byDefault, Func<string, bool> isValid, string rule)
    {
        if (Scalar(name) is not { } text)
            return byDefault;
        return isValid(text) ? text : Problem(name, text, rule, byDefault);
    }

    /// <summary>A list whose members are among the allowed ones.</summary>
    public IReadOnlyList<string> Choices(string name, IReadOnlyList<string> byDefault, IReadOnlyCollection<string> allowed)
    {
        _known.Add(name);
        if (!_values.TryGetValue(name, out object? value))
            return byDefault;
        IReadOnlyList<string> chosen = value as IReadOnlyList<string> ?? [(string)value];
        string? stranger = chosen.FirstOrDefault(choice => !allowed.Contains(choice));
        return stranger is null ? chosen : Problem(name, stranger, $"a list of any of: {string.Join(", ", allowed)}", byDefault);
    }

    /// <summary>
    /// A list whose members each keep to a rule of the reader's own; one value is a list of one. The rule follows "must be".
    /// </summary>
    /// <param name="name">The option.</param>
    /// <param name="byDefault">The value if the option is not set or wrong.</param>
    /// <param name="isValid">Whether a member keeps to the rule.</param>
    /// <param name="rule">Follows "must be".</param>
    /// <param name="key">The part of a member that must be unique, as the name in <c>NAME=VALUE</c>; null if members may repeat.</param>
    public IReadOnlyList<string> Texts(
        string name, IReadOnlyList<string> byDefault, Func<string, bool> isValid, string rule, Func<string, string>? key = null)
    {
        _known.Add(name);
        if (!_values.TryGetValue(name, out object? value))
            return byDefault;
        IReadOnlyList<string> members = value as IReadOnlyList<string> ?? [(string)value];
        string? stranger = members.FirstOrDefault(member => !isValid(member));
        if (stranger is not null)
            return Problem(name, stranger, rule, byDefault);
        string? twin = key is null
            ? null
            : members.GroupBy(key, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1)?.ElementAt(1);
        return twin is null ? members : Problem(name, twin, $"the only member for '{key!(twin)}'", byDefault);
    }

    /// <summary>Requires that these options are set all or none: each one that is set while another is missing is a problem.</summary>
    public void Together(params string[] names)
    {
        foreach (string name in names)
            Needs(name, [.. names.Where(other => other != name)]);
    }

    /// <summary>Reports an option that has no effect because another option is missing.</summary>
    public void Needs(string name, params string[] needed)
    {
        string[] missing = [.. needed.Where(other => !_values.ContainsKey(other))];
        if (missing.Length > 0)
            Refuse(name, $"left out, or be set together with {string.Join(" and ", missing)}");
    }

    /// <summary>Reports an option that breaks a rule about more than itself, if it is set. The rule follows "must be".</summary>
    public void Refuse(string name, string rule)
    {
        if (_values.TryGetValue(name, out object? value))
            Problem(name, value as string ?? string.Join(", ", (IReadOnlyList<string>)value), rule, 0);
    }

    /// <summary>Reports one member of a list that breaks a rule.</summary>
    public void Refuse(string name, string member, string rule) => Problem(name, member, rule, 0);

    private string? Scalar(string name)
    {
        _known.Add(name);
        return _values.GetValueOrDefault(name) switch
        {
            null => null,
            string text => text,
            _ => Problem<string?>(name, "a list", "one value", null),
        };
    }

    private T Problem<T>(string name, string value, string rule, T byDefault)
    {
        _problems.Add($"backend '{_backend}': {name} is '{value}', but must be {rule}");
        return byDefault;
    }
}
