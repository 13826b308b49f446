using HTCondor.Net.Schedds;
using HTCondor.Net.Tests.Schedds;
using HTCondor.Net.Transports.Native;
using Microsoft.Extensions.Logging.Abstractions;
using Scailfin.Testing.Containers;

namespace HTCondor.Net.Tests.Transports.Native;

public abstract class NativeContract(HpcContainer site) : ScheddTransportContract(site)
{
    private string _worker = "";

    public override async ValueTask InitializeAsync()
    {
        _worker = await CondorWorker.InstallAsync(Site);
        await base.InitializeAsync();
    }

    protected override IScheddTransport Open(IReadOnlyList<string> prefix) => OpenWorker(_worker, prefix);

    internal static NativeTransport OpenWorker(string worker, IReadOnlyList<string> prefix) => new(
        new NativeTransportOptions { WorkerProgram = worker, CommandPrefix = prefix },
        TimeProvider.System,
        NullLogger<NativeTransport>.Instance);
}

public sealed class NativeContractTests(HpcContainer site) : NativeContract(site);

/// <summary>The same on the newest version.</summary>
public sealed class NativeContractOnNewestTests(NewestPool pool) : NativeContract(pool.Site), IClassFixture<NewestPool>;

public sealed class NativeFaultTests : ScheddFaultContract
{
    private string _worker = "";

    public override async ValueTask InitializeAsync()
    {
        _worker = await CondorWorker.InstallAsync(Site);
        await base.InitializeAsync();
    }

    protected override IScheddTransport Open(IReadOnlyList<string> prefix) => NativeContract.OpenWorker(_worker, prefix);
}
