using HTCondor.Net.Schedds;

namespace Scailfin.JobManagers.HTCondor.Submitters;

/// <summary>Makes what carries calls to a schedd in somebody's name.</summary>
internal interface IScheddTransports
{
    /// <summary>Never fails: what cannot be reached shows in the calls.</summary>
    IScheddTransport For(Submitter submitter);
}
