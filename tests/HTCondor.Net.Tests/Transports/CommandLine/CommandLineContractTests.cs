using HTCondor.Net.Schedds;
using HTCondor.Net.Tests.Schedds;
using HTCondor.Net.Transports.CommandLine;
using Scailfin.Testing.Containers;

namespace HTCondor.Net.Tests.Transports.CommandLine;

public abstract class CommandLineContract(HpcContainer site) : ScheddTransportContract(site)
{
    protected override IScheddTransport Open(IReadOnlyList<string> prefix) => OpenTools(prefix);

    internal static CommandLineTransport OpenTools(IReadOnlyList<string> prefix) =>
        new(new CommandLineOptions { CommandPrefix = prefix }, TimeProvider.System);
}

public sealed class CommandLineContractTests(HpcContainer site) : CommandLineContract(site);

/// <summary>The same on the newest version.</summary>
public sealed class CommandLineContractOnNewestTests(NewestPool pool) : CommandLineContract(pool.Site), IClassFixture<NewestPool>;

public sealed class CommandLineFaultTests : ScheddFaultContract
{
    protected override IScheddTransport Open(IReadOnlyList<string> prefix) => CommandLineContract.OpenTools(prefix);
}
