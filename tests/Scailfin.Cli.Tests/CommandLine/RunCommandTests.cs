using Scailfin.Cli.CommandLine;
using Scailfin.Core.Jobs;
using Scailfin.Core.Lifecycle;
using Scailfin.JobController.Tests.Hosting;
using Scailfin.Testing;
using Scailfin.Workflows.Reading;

namespace Scailfin.Cli.Tests.CommandLine;

public sealed class RunCommandTests : IDisposable
{
    private const string Workflow = """
        workflow:
          type: serial
          specification:
            steps:
              - name: only
                environment: busybox
                commands: ["true"]
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("scailfin-run-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_run_works_under_the_root_that_the_service_names()
    {
        string file = Path.Combine(_folder, "reana.yaml"), root = Path.Combine(_folder, "elsewhere");
        await File.WriteAllTextAsync(file, Workflow, TestContext.Current.CancellationToken);
        await using Edge edge = await Edge.StartAsync(settings => settings with { WorkspaceRoots = [root] });
        Task<int> run = RunCommand.RunAsync(
            SerialWorkflowFile.Read(file, []),
            output: null,
            edge.Data,
            _ => throw new InvalidOperationException("a service runs already"),
            TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(
            async () => run.IsCompleted || (await edge.GetAsync("/jobs?status=running")).Json.GetProperty("jobs").GetArrayLength() == 1,
            "the step runs");
        foreach (Job job in await edge.Service<JobService>().ListAsync(new JobFilter(), TestContext.Current.CancellationToken))
            edge.Backend.Exit(job.Id, 0);
        Assert.Equal(ExitCodes.Well, await run);
        Assert.Single(Directory.GetDirectories(root));
    }
}
