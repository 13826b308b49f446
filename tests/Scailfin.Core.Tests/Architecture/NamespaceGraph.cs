namespace Scailfin.Core.Tests.Architecture;

/// <summary>
/// Which namespace of a project knows which other: by a <c>using</c> line, or by the name of a type that a file sees without one, because
/// it is in a namespace around the file's own or in a global <c>using</c>.
/// </summary>
internal sealed class NamespaceGraph
{
    private readonly Dictionary<string, HashSet<string>> _known = new(StringComparer.Ordinal);

    /// <param name="root">The project's own namespace; others (of <c>Add...</c> methods) are left out.</param>
    /// <param name="files">Those of the project.</param>
    public NamespaceGraph(string root, IReadOnlyList<SourceFile> files)
    {
        SourceFile[] own = [.. files.Where(file => file.Namespace == root || IsAround(root, file.Namespace))];
        ILookup<string, string> types = own.SelectMany(file => file.Types.Select(type => (file.Namespace, type.Name)))
            .ToLookup(pair => pair.Namespace, pair => pair.Name);
        foreach (string name in own.Select(file => file.Namespace))
            _known[name] = new HashSet<string>(StringComparer.Ordinal);
        string[] global =
            [.. files.SelectMany(file => file.Usings).Where(line => line.IsGlobal).Select(line => NamespaceOf(line.Name)).OfType<string>()];
        foreach (SourceFile file in own)
        {
            HashSet<string> known = _known[file.Namespace];
            known.UnionWith(file.Usings.Where(line => !line.IsGlobal).Select(line => NamespaceOf(line.Name)).OfType<string>());
            known.UnionWith(global.Concat(_known.Keys.Where(other => IsAround(other, file.Namespace)))
                .Where(other => types[other].Any(file.Words.Contains)));
            known.Remove(file.Namespace);
        }
    }

    /// <summary>Sets of namespaces each of which knows all others of its set, if only by way of others.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Circles()
    {
        Dictionary<string, HashSet<string>> reached = _known.Keys.ToDictionary(name => name, Reach, StringComparer.Ordinal);
        return
        [
            .. _known.Keys.Where(name => reached[name].Contains(name))
                .GroupBy(name => _known.Keys.First(other => reached[name].Contains(other) && reached[other].Contains(name)))
                .Select(circle => (IReadOnlyList<string>)[.. circle.Order(StringComparer.Ordinal)]),
        ];
    }

    private HashSet<string> Reach(string from)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var left = new Stack<string>(_known[from]);
        while (left.TryPop(out string? next))
        {
            if (!reached.Add(next))
                continue;
            foreach (string further in _known[next])
                left.Push(further);
        }

        return reached;
    }

    /// <summary>Null where the name is none of the project's.</summary>
    private string? NamespaceOf(string name)
    {
        for (string rest = name; ; rest = rest[..rest.LastIndexOf('.')])
        {
            if (_known.ContainsKey(rest))
                return rest;
            if (!rest.Contains('.', StringComparison.Ordinal))
                return null;
        }
    }

    private static bool IsAround(string outer, string inner) => inner.StartsWith(outer + ".", StringComparison.Ordinal);
}
