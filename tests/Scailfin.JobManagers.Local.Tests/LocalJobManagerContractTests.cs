using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Testing;

namespace Scailfin.JobManagers.Local.Tests;

/// <summary>The promises of every manager, with real processes.</summary>
public sealed class LocalJobManagerContractTests : JobManagerContract, IDisposable
{
    private const string Mark = "echo run >>\"runs.$SCAILFIN_ATTEMPT\"; ";

    private readonly LocalBench _bench = new();

    protected override string ExpectedInLog => "well done";

    public void Dispose() => _bench.Dispose();

    /// <summary>Places enough that jobs which hold one for as long as they have a fault leave some to the others.</summary>
    protected override Task<IJobManager> CreateManager()
    {
        _bench.Options = _bench.Options with { InFlight = 16 };
        return Task.FromResult<IJobManager>(_bench.NewManager());
    }

    protected override JobSpec SpecThatSucceeds() => _bench.Spec(Mark + "echo well done");

    protected override JobSpec SpecThatFails() => _bench.Spec(Mark + $"exit {FailingExitCode}");

    protected override JobSpec SpecThatRunsLong() => _bench.Spec(Mark + "sleep 1000");

    protected override async Task<int> RunCountAsync(Attempt attempt)
    {
        string file = _bench.InWorkspace($"runs.{attempt.Identity}");
        return File.Exists(file) ? (await File.ReadAllLinesAsync(file, Cancellation)).Length : 0;
    }
}
