using System.Text;

namespace Scailfin.JobController.Settings;

/// <summary>
/// Reads settings from variables, wherever those are from: the process, a test, a sidecar's own Pod. An empty variable is an unset one
/// (contract B.5). Problems are collected, each with variable, value and rule, so that all are reported at once; and each setting is
/// remembered with the source of its value.
/// </summary>
internal sealed partial class SettingsReader(IReadOnlyDictionary<string, string> variables)
{
    private const int LongestShown = 120;

    private readonly List<EffectiveSetting> _effective = [];
    private readonly List<string> _problems = [];
    private readonly List<string> _notes = [];
    private readonly List<string> _withoutEffect = [];

    /// <summary>Every setting that was read, in that order.</summary>
    public IReadOnlyList<EffectiveSetting> Effective => _effective;

    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Problems that do not prevent the start.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Variables that are set and change nothing, with the reason: <c>NAME (because ...)</c>.</summary>
    public IReadOnlyList<string> WithoutEffect => _withoutEffect;

    /// <summary>The names of all variables that there are, known or not.</summary>
    public IEnumerable<string> Names => variables.Keys;

    /// <summary>The value, or null; leaves no trace in <see cref="Effective"/>.</summary>
    public string? Peek(string name) => variables.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    public void Note(string note) => _notes.Add(note);

    /// <summary>Notes variables that are set and change nothing, unless there are none.</summary>
    public void NoteWithoutEffect(IReadOnlyCollection<string> names, string why)
    {
        if (names.Count > 0)
            _withoutEffect.Add($"{string.Join(", ", names)} ({why})");
    }

    /// <summary>Reports a problem that concerns more than one value.</summary>
    public void Problem(string problem) => _problems.Add(problem);

    /// <summary>Settings that mean something only together.</summary>
    public void Together(params string[] names)
    {
        string[] missing = [.. names.Where(name => Peek(name) is null)];
        if (missing.Length > 0 && missing.Length < names.Length)
            Problem($"{string.Join(" and ", names.Except(missing))} must not be set without {string.Join(" and ", missing)}");
    }

    /// <summary>A setting that would have no effect without another.</summary>
    public void Needs(string name, string needed)
    {
        if (Peek(name) is { } value && Peek(needed) is null)
            Problem(name, value, $"unset if {needed} is unset, because it would have no effect");
    }

    /// <summary>A value that breaks its rule.</summary>
    public void Problem(string name, string value, string rule) => Problem($"{name} is '{Printable(value)}', but must be {rule}");

    /// <summary>Records a setting that follows from others; <paramref name="source"/> is null for the default.</summary>
    public void Remember(string name, string? value, string? source) =>
        _effective.Add(new EffectiveSetting(name, value is null ? null : Printable(value), source ?? EffectiveSetting.Default));

    /// <summary>Formats a value on one line, shortened if it is long.</summary>
    public static string Printable(string value)
    {
        var text = new StringBuilder();
        foreach (char letter in value.Length > LongestShown ? value[..LongestShown] + "..." : value)
            text.Append(char.IsControl(letter) ? ' ' : letter);
        return text.ToString();
    }
}
