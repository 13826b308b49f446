using HTCondor.Net.Schedds;
using Scailfin.JobManagers.Batch.Accounts;

namespace Scailfin.JobManagers.HTCondor.Transports;

/// <summary>Makes the transports that call a schedd as a given user.</summary>
internal interface IScheddTransports
{
    /// <summary>Makes the transport of an account. Never fails: an unreachable schedd shows in the calls.</summary>
    Task<IScheddTransport> ForAsync(Account account);
}
