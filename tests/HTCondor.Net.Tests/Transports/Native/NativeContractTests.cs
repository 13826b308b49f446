using HTCondor.Net.Schedds;
using HTCondor.Net.Tests.Schedds;
using HTCondor.Net.Transports.Native;
using Microsoft.Extensions.Logging.Abstractions;
using Scailfin.Testing.Containers;

namespace HTCondor.Net.Tests.Transports.Native;

public sealed class NativeContractTests(HpcContainer site) : ScheddTransportContract(site)
{
    private string _worker = "";

    public override async ValueTask InitializeAsync()
    {
        _worker = await CondorWorker.InstallAsync(Site);
        await base.InitializeAsync();
    }

    protected override IScheddTransport Open(IReadOnlyList<string> prefix) => new NativeTransport(
        new NativeTransportOptions { WorkerProgram = _worker, CommandPrefix = prefix }, TimeProvider.System, NullLogger<NativeTransport>.Instance);
}

/// <summary>The same on the newest version.</summary>
public sealed class NativeContractOnNewestTests(NewestPool pool) : ScheddTransportContract(pool.Site), IClassFixture<NewestPool>
{
    private string _worker = "";

    public override async ValueTask InitializeAsync()
    {
        _worker = await CondorWorker.InstallAsync(Site);
        await base.InitializeAsync();
    }

    protected override IScheddTransport Open(IReadOnlyList<string> prefix) => new NativeTransport(
        new NativeTransportOptions { WorkerProgram = _worker, CommandPrefix = prefix }, TimeProvider.System, NullLogger<NativeTransport>.Instance);
}

public sealed class NativeFaultTests : ScheddFaultContract
{
    private string _worker = "";

    public override async ValueTask InitializeAsync()
    {
        _worker = await CondorWorker.InstallAsync(Site);
        await base.InitializeAsync();
    }

    protected override IScheddTransport Open(IReadOnlyList<string> prefix) => new NativeTransport(
        new NativeTransportOptions { WorkerProgram = _worker, CommandPrefix = prefix }, TimeProvider.System, NullLogger<NativeTransport>.Instance);
}
