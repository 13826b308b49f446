using HTCondor.Net.Schedds;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Testing;
using Scailfin.Testing.Containers;

namespace Scailfin.JobManagers.HTCondor.Tests;

/// <summary>The promises of every manager, on a real pool.</summary>
public abstract class HTCondorJobManagerContractTests(HpcContainer site, StagingMode staging, bool native = true)
    : JobManagerContract, IAsyncLifetime
{
    private HTCondorBench? _bench;

    protected override string ExpectedInLog => "well done";

    private HTCondorBench Bench => _bench!;

    /// <summary>The hundreds of jobs of this class do not keep the single ones of other classes waiting.</summary>
    public async ValueTask InitializeAsync()
    {
        _bench = await HTCondorBench.CreateAsync(site, staging, native ? TransportChoice.Native : TransportChoice.CommandLine);
        _bench.Options = _bench.Options with { Priority = -10 };
    }

    public async ValueTask DisposeAsync()
    {
        await Bench.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override Task<IJobManager> CreateManager() => Task.FromResult<IJobManager>(Bench.NewManager());

    protected override JobSpec SpecThatSucceeds() => Bench.Marking("echo well done");

    protected override JobSpec SpecThatFails() => Bench.Marking($"exit {FailingExitCode}");

    protected override JobSpec SpecThatRunsLong() => Bench.Marking("sleep 1000");

    protected override Task<int> RunCountAsync(Attempt attempt) => Task.FromResult(Bench.Runs(attempt));
}

public sealed class NativeTransferContractTests(Pool pool) : HTCondorJobManagerContractTests(pool.Site, StagingMode.Transfer);

public sealed class CommandLineTransferContractTests(Pool pool)
    : HTCondorJobManagerContractTests(pool.Site, StagingMode.Transfer, native: false);

public sealed class NativeSharedContractTests(Pool pool) : HTCondorJobManagerContractTests(pool.Site, StagingMode.Shared);

public sealed class NativeChirpContractTests(Pool pool) : HTCondorJobManagerContractTests(pool.Site, StagingMode.Chirp);
