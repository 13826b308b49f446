using System.Diagnostics.CodeAnalysis;

namespace Scailfin.Core.JobManagers;

/// <summary>The backends that this service offers, by name.</summary>
public sealed class JobManagerRegistry : IDisposable
{
    /// <summary>Longest name of a backend: <c>job.compute_backend</c> is a varchar(30) (contract G.2).</summary>
    public const int LongestName = 30;

    private readonly Dictionary<string, Backend> _backends;

    private JobManagerRegistry(IReadOnlyList<Backend> backends)
    {
        Backends = backends;
        _backends = backends.ToDictionary(backend => backend.Name, StringComparer.Ordinal);
    }

    /// <summary>All of them, in the operator's order; the first is the default. Never empty.</summary>
    public IReadOnlyList<Backend> Backends { get; }

    /// <summary>The backend of requests that name none.</summary>
    public Backend Default => Backends[0];

    /// <summary>Looks up a backend by name; names are case-sensitive (contract A.3).</summary>
    public bool TryFind(string name, [NotNullWhen(true)] out Backend? backend) => _backends.TryGetValue(name, out backend);

    /// <summary>Ends the managers' own resources, such as logins.</summary>
    public void Dispose()
    {
        foreach (IDisposable manager in Backends.Select(backend => backend.Manager).OfType<IDisposable>())
            manager.Dispose();
    }

    /// <summary>
    /// Makes the managers of the backends that an operator defined or, if nothing is defined, one of each kind that can work here.
    /// </summary>
    /// <exception cref="BackendConfigurationException">The configuration is invalid; the message names every problem.</exception>
    public static JobManagerRegistry Create(IEnumerable<IJobManagerKind> kinds, IReadOnlyList<BackendDefinition>? definitions)
    {
        Dictionary<string, IJobManagerKind> byName = kinds.ToDictionary(kind => kind.Name, StringComparer.Ordinal);
        definitions ??= [.. byName.Values.Where(kind => kind.CanWorkHere())
            .Select(kind => new BackendDefinition(kind.Name, kind.Name, new Dictionary<string, object>()))];

        var problems = new List<string>();
        var backends = new List<Backend>();
        if (definitions.Count == 0)
            problems.Add($"no backend is defined, and none of the built-in kinds can work here: {string.Join(", ", byName.Keys)}");
        foreach (BackendDefinition definition in definitions)
        {
            if (definition.Name.Length is 0 or > LongestName)
                problems.Add(
                    $"backend '{definition.Name}': a name has 1 to {LongestName} characters, this one has {definition.Name.Length}");
            if (backends.Exists(backend => backend.Name == definition.Name))
                problems.Add($"backend '{definition.Name}' is defined twice");
            if (!byName.TryGetValue(definition.Kind, out IJobManagerKind? kind))
            {
                problems.Add($"backend '{definition.Name}': unknown kind '{definition.Kind}'; known: {string.Join(", ", byName.Keys)}");
                continue;
            }

            var options = new BackendOptions(definition.Name, definition.Options);
            var backend = new Backend(definition.Name, kind.Name, kind.Create(definition.Name, options))
            {
                StoredName = kind.StoredName(definition.Name),
            };
            if (backends.Find(other => other.Name != backend.Name && other.StoredName == backend.StoredName) is { } twin)
                problems.Add($"backends '{twin.Name}' and '{backend.Name}' would both be stored as '{backend.StoredName}'");
            backends.Add(backend);
            problems.AddRange(options.Problems);
        }

        return problems.Count == 0 ? new JobManagerRegistry(backends) : throw new BackendConfigurationException(problems);
    }
}

/// <summary>The backends are not configured as they must be.</summary>
public sealed class BackendConfigurationException(IReadOnlyList<string> problems) : Exception(string.Join("; ", problems))
{
    /// <summary>Each with the backend, the option, the value and the rule.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
