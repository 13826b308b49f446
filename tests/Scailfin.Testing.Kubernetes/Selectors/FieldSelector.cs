using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Selectors;

/// <summary>The text form of a field selector: <c>metadata.name=a,status.phase!=b</c>.</summary>
internal sealed class FieldSelector
{
    private readonly List<(string[] Path, bool Equal, string Value)> _requirements = [];

    /// <exception cref="FormatException">The text is no selector.</exception>
    public static FieldSelector Parse(string? text)
    {
        var selector = new FieldSelector();
        foreach (string requirement in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int unequal = requirement.IndexOf("!=", StringComparison.Ordinal);
            int equal = requirement.IndexOf('=');
            if (equal < 1)
                throw new FormatException($"invalid selector: '{requirement}'; can't understand '{requirement}'");
            string path = requirement[..(unequal > 0 ? unequal : equal)];
            selector._requirements.Add((path.Split('.'), unequal < 0, requirement[(equal + 1)..].TrimStart('=')));
        }
        return selector;
    }

    public bool IsEmpty => _requirements.Count == 0;

    public bool Matches(StoredObject subject)
    {
        foreach ((string[] path, bool equal, string value) in _requirements)
        {
            JsonNode? node = subject.Content;
            foreach (string part in path)
                node = (node as JsonObject)?[part];
            if ((node?.ToString() ?? "") == value != equal)
                return false;
        }
        return true;
    }
}
