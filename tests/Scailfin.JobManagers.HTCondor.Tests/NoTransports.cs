using HTCondor.Net.Schedds;
using Scailfin.JobManagers.HTCondor.Submitters;

namespace Scailfin.JobManagers.HTCondor.Tests;

/// <summary>For what must not talk to a schedd.</summary>
internal sealed class NoTransports : IScheddTransports
{
    public IScheddTransport For(Submitter submitter) => throw new InvalidOperationException("Nobody may be asked here.");
}
