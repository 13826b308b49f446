using Scailfin.Core.JobManagers;
using Scailfin.Core.Lifecycle;
using Scailfin.Core.Storage;

namespace Scailfin.JobController.Health;

/// <summary>
/// The health of the store and the backends: as the lifecycle saw them last, and as backends with a health check report now.
/// </summary>
internal sealed class ServiceHealth
{
    public const string Well = "well";

    private readonly JobManagerRegistry _registry;
    private readonly JobSupervisor _supervisor;
    private readonly JobJournal _journal;
    private readonly Dictionary<string, CachedCheck> _checks = [];

    public ServiceHealth(JobManagerRegistry registry, JobSupervisor supervisor, JobJournal journal, TimeProvider time)
    {
        _registry = registry;
        _supervisor = supervisor;
        _journal = journal;
        foreach (Backend backend in registry.Backends)
        {
            if (backend.Manager is IChecksHealth checks)
                _checks.Add(backend.Name, new CachedCheck(checks, time));
        }
    }

    /// <summary>Whether this instance drives the jobs. An unreachable backend does not change that: its jobs wait.</summary>
    public bool IsReady => _supervisor.IsActive;

    /// <summary><see cref="Well"/>, or why it takes no writes.</summary>
    public string Store => _journal.Away ?? Well;

    /// <summary>Name, and <see cref="Well"/> or what is wrong; in the order of the names.</summary>
    public async Task<IReadOnlyList<(string Name, string State)>> BackendsAsync()
    {
        // The backends are checked concurrently, so the check takes no longer than the slowest of them.
        string[] states = await Task.WhenAll(_registry.Backends.Select(StateAsync));
        return [.. _registry.Backends.Zip(states, (backend, state) => (backend.Name, state))
            .OrderBy(pair => pair.Name, StringComparer.Ordinal)];
    }

    private async Task<string> StateAsync(Backend backend)
    {
        if (_supervisor.Troubles(backend.Name) is { Count: > 0 } troubles)
            return string.Join(' ', troubles);
        return _checks.TryGetValue(backend.Name, out CachedCheck? check) ? await check.AskAsync() ?? Well : Well;
    }
}
