using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Testing;

namespace Scailfin.Core.Tests.JobManagers;

/// <summary>The fake keeps the promises, so that what is tested with it is tested with a manager.</summary>
public sealed class ScriptedJobManagerContractTests : JobManagerContract
{
    private readonly ScriptedJobManager _manager = new() { AutoRun = true };

    protected override string ExpectedInLog => "output of ";

    protected override Task<IJobManager> CreateManager() => Task.FromResult<IJobManager>(_manager);

    protected override JobSpec SpecThatSucceeds() => Specs.Valid("exit 0");

    protected override JobSpec SpecThatFails() => Specs.Valid($"exit {FailingExitCode}");

    protected override JobSpec SpecThatRunsLong() => Specs.Valid("sleep 1000");

    protected override Task<int> RunCountAsync(Attempt attempt) => Task.FromResult(_manager.Runs(attempt));
}
