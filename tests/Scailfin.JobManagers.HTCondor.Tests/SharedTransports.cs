using System.Collections.Concurrent;
using HTCondor.Net.Schedds;
using Scailfin.JobManagers.HTCondor.Submitters;

namespace Scailfin.JobManagers.HTCondor.Tests;

/// <summary>One transport for each submitter, however many managers ask.</summary>
internal sealed class SharedTransports(IScheddTransports inner) : IScheddTransports, IAsyncDisposable
{
    private readonly ConcurrentDictionary<Submitter, Lazy<IScheddTransport>> _transports = new();

    public IScheddTransport For(Submitter submitter) =>
        _transports.GetOrAdd(submitter, one => new Lazy<IScheddTransport>(() => inner.For(one))).Value;

    public async ValueTask DisposeAsync()
    {
        foreach (Lazy<IScheddTransport> transport in _transports.Values)
            await transport.Value.DisposeAsync();
    }
}
