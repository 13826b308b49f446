using HTCondor.Net.Schedds;
using Scailfin.JobManagers.Batch.Accounts;

namespace Scailfin.JobManagers.HTCondor.Transports;

/// <summary>Makes what carries calls to a schedd in somebody's name.</summary>
internal interface IScheddTransports
{
    /// <summary>Never fails: what cannot be reached shows in the calls.</summary>
    Task<IScheddTransport> ForAsync(Account account);
}
