using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Batch.Options;
using Scailfin.JobWrapper.Sites;
using Scailfin.Testing;

namespace Scailfin.JobManagers.Batch.Tests;

/// <summary>The promises of every manager, kept by the engine alone: its scheduler here is a toy.</summary>
public sealed class BatchJobManagerContractTests : JobManagerContract, IDisposable
{
    private const string Mark = "echo run >>\"runs.$SCAILFIN_ATTEMPT\"; ";

    private readonly string _workspace = Directory.CreateTempSubdirectory("scailfin-batch-").FullName;
    private readonly ToyScheduler _scheduler = new();

    protected override string ExpectedInLog => "well done";

    public void Dispose()
    {
        _scheduler.Dispose();
        Directory.Delete(_workspace, recursive: true);
    }

    protected override Task<IJobManager> CreateManager()
    {
        var options = new BatchOptions
        {
            SubmitsPerSecond = 1000,
            Poll = TimeSpan.FromSeconds(1),
            Profile = new SiteProfile { Runtimes = ["none"], StopGrace = TimeSpan.FromSeconds(1) },
        };
        return Task.FromResult<IJobManager>(new ToyJobManager(_scheduler, options, TimeProvider.System));
    }

    protected override JobSpec SpecThatSucceeds() => Spec(Mark + "echo well done");

    protected override JobSpec SpecThatFails() => Spec(Mark + $"exit {FailingExitCode}");

    protected override JobSpec SpecThatRunsLong() => Spec(Mark + "sleep 1000");

    protected override async Task<int> RunCountAsync(Attempt attempt)
    {
        string file = Path.Combine(_workspace, $"runs.{attempt.Identity}");
        return File.Exists(file) ? (await File.ReadAllLinesAsync(file, Cancellation)).Length : 0;
    }

    private JobSpec Spec(string command) => Specs.Valid(command, "toy") with { WorkflowWorkspace = _workspace, DockerImage = "" };
}
