using System.Diagnostics;

namespace Scailfin.EndToEnd.Tests;

public sealed class InterruptTests
{
    [Fact]
    public async Task A_run_that_is_terminated_stops_its_job_and_leaves_no_process()
    {
        _ = PublishedProgram.Path;
        await using var folder = new ServiceFolder();
        string file = folder.BackendsFile + ".reana.yaml";
        await File.WriteAllTextAsync(
            file,
            """
            version: 0.9.0
            workflow:
              type: serial
              specification:
                steps:
                  - name: wait
                    environment: any
                    commands:
                      - echo begun > begun; sleep 300
            """,
            TestContext.Current.CancellationToken);
        using Process run = ServiceProcess.Run(folder, "run", [file], []);
        await Poll.UntilAsync("the step runs", TimeSpan.FromSeconds(60), () => run.HasExited || HasBegun(folder));
        Assert.False(run.HasExited, folder.ReadLog());
        Assert.True(folder.Processes.Count > 2, "the run, the wrapper and the step live");
        ProcessTable.Signal(run.Id, ProcessTable.Terminate);
        await run.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(40), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.True(run.ExitCode == 130, $"{run.ExitCode}: {folder.ReadLog()}");
        await Poll.UntilAsync("nothing of the run is left alive", TimeSpan.FromSeconds(10), () => folder.Processes.Count == 0);
    }

    private static bool HasBegun(ServiceFolder folder)
    {
        string workspaces = Path.Combine(folder.Data, "workspaces");
        return Directory.Exists(workspaces) && Directory.EnumerateFiles(workspaces, "begun", SearchOption.AllDirectories).Any();
    }
}
