using Scailfin.Core.JobManagers;

namespace Scailfin.Storage.PostgreSql;

/// <summary>
/// The names of backends in REANA's column <c>compute_backend</c> (contract G.2): display names for some. Others are the same in both.
/// </summary>
internal sealed class BackendNames
{
    private readonly Dictionary<string, string> _stored;
    private readonly Dictionary<string, string> _own;

    public BackendNames(JobManagerRegistry backends)
    {
        _stored = backends.Backends.ToDictionary(backend => backend.Name, backend => backend.StoredName, StringComparer.Ordinal);
        _own = backends.Backends.ToDictionary(backend => backend.StoredName, backend => backend.Name, StringComparer.Ordinal);
    }

    public string Stored(string name) => _stored.GetValueOrDefault(name, name);

    public string Own(string stored) => _own.GetValueOrDefault(stored, stored);
}
