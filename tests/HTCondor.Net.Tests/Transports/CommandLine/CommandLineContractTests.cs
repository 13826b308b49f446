using HTCondor.Net.Schedds;
using HTCondor.Net.Tests.Schedds;
using HTCondor.Net.Transports.CommandLine;
using Scailfin.Testing.Containers;

namespace HTCondor.Net.Tests.Transports.CommandLine;

public sealed class CommandLineContractTests(HpcContainer site) : ScheddTransportContract(site)
{
    protected override IScheddTransport Open(IReadOnlyList<string> prefix) => new CommandLineTransport(new CommandLineOptions { CommandPrefix = prefix }, TimeProvider.System);
}

/// <summary>The same on the newest version.</summary>
public sealed class CommandLineContractOnNewestTests(NewestPool pool) : ScheddTransportContract(pool.Site), IClassFixture<NewestPool>
{
    protected override IScheddTransport Open(IReadOnlyList<string> prefix) => new CommandLineTransport(new CommandLineOptions { CommandPrefix = prefix }, TimeProvider.System);
}

public sealed class CommandLineFaultTests : ScheddFaultContract
{
    protected override IScheddTransport Open(IReadOnlyList<string> prefix) => new CommandLineTransport(new CommandLineOptions { CommandPrefix = prefix }, TimeProvider.System);
}
