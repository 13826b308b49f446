namespace Scailfin.Testing.Kubernetes.Selectors;

/// <summary>The text form of a label selector: <c>a=b,c!=d,e in (f,g),h,!i</c>.</summary>
internal sealed class LabelSelector
{
    private readonly List<Func<IReadOnlyDictionary<string, string>, bool>> _requirements = [];

    public static readonly LabelSelector Everything = new();

    /// <exception cref="FormatException">The text is no selector.</exception>
    public static LabelSelector Parse(string? text)
    {
        var selector = new LabelSelector();
        foreach (string requirement in Split(text ?? ""))
            selector._requirements.Add(Requirement(requirement.Trim()));
        return selector;
    }

    public bool IsEmpty => _requirements.Count == 0;

    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        foreach (Func<IReadOnlyDictionary<string, string>, bool> requirement in _requirements)
        {
            if (!requirement(labels))
                return false;
        }
        return true;
    }

    private static IEnumerable<string> Split(string text)
    {
        int depth = 0, begin = 0;
        for (int at = 0; at <= text.Length; at++)
        {
            if (at == text.Length || (text[at] == ',' && depth == 0))
            {
                if (at > begin)
                    yield return text[begin..at];
                begin = at + 1;
            }
            else
            {
                depth += text[at] == '(' ? 1 : text[at] == ')' ? -1 : 0;
            }
        }
    }

    private static Func<IReadOnlyDictionary<string, string>, bool> Requirement(string text)
    {
        if (text.EndsWith(')') && text.IndexOf('(') is var open and > 0)
        {
            HashSet<string> values = [.. text[(open + 1)..^1].Split(',', StringSplitOptions.TrimEntries)];
            return text[..open].Split(' ', StringSplitOptions.RemoveEmptyEntries) switch
            {
                [var key, "in"] => labels => labels.TryGetValue(key, out string? value) && values.Contains(value),
                [var key, "notin"] => labels => !labels.TryGetValue(key, out string? value) || !values.Contains(value),
                _ => throw new FormatException($"unable to parse requirement: {text}"),
            };
        }
        if (text.IndexOf("!=", StringComparison.Ordinal) is var unequal and > 0)
        {
            (string key, string not) = (text[..unequal].Trim(), text[(unequal + 2)..].Trim());
            return labels => labels.GetValueOrDefault(key) != not;
        }
        if (text.IndexOf('=') is var equal and > 0)
        {
            (string key, string wanted) = (text[..equal].Trim(), text[(equal + 1)..].TrimStart('=').Trim());
            return labels => labels.TryGetValue(key, out string? value) && value == wanted;
        }
        if (text.StartsWith('!'))
            return labels => !labels.ContainsKey(text[1..].Trim());
        return text.Contains(' ') ? throw new FormatException($"unable to parse requirement: {text}") : labels => labels.ContainsKey(text);
    }
}
