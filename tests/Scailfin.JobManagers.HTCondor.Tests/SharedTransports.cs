using System.Collections.Concurrent;
using HTCondor.Net.Schedds;
using Scailfin.JobManagers.Batch.Accounts;
using Scailfin.JobManagers.HTCondor.Transports;

namespace Scailfin.JobManagers.HTCondor.Tests;

/// <summary>One transport for each account, however many managers ask.</summary>
internal sealed class SharedTransports(IScheddTransports inner) : IScheddTransports, IAsyncDisposable
{
    private readonly ConcurrentDictionary<Account, Lazy<Task<IScheddTransport>>> _transports = new();

    public Task<IScheddTransport> ForAsync(Account account) =>
        _transports.GetOrAdd(account, one => new Lazy<Task<IScheddTransport>>(() => inner.ForAsync(one))).Value;

    public async ValueTask DisposeAsync()
    {
        foreach (Lazy<Task<IScheddTransport>> transport in _transports.Values)
            await (await transport.Value).DisposeAsync();
    }
}
