using HTCondor.Net.Schedds;
using Scailfin.JobManagers.Batch.Accounts;
using Scailfin.JobManagers.HTCondor.Transports;

namespace Scailfin.JobManagers.HTCondor.Tests;

/// <summary>For what must not talk to a schedd.</summary>
internal sealed class NoTransports : IScheddTransports
{
    public Task<IScheddTransport> ForAsync(Account account) => throw new InvalidOperationException("Nobody may be asked here.");
}
