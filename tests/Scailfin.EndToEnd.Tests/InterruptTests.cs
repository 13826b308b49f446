using System.Diagnostics;
using Scailfin.Testing;

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
        await Eventually.TrueAsync(() => run.HasExited || HasBegun(folder), "the step runs");
        Assert.False(run.HasExited, folder.ReadLog());
        Assert.True(folder.Processes.Count > 2, "the run, the wrapper and the step live");
        ProcessTable.Signal(run.Id, ProcessTable.Terminate);
        await folder.RunEndsAsync(run);
        Assert.True(run.ExitCode == 130, $"{run.ExitCode}: {folder.ReadLog()}");
        await folder.OnlyServicesAreLeftAsync(0);
    }

    private static bool HasBegun(ServiceFolder folder)
    {
        string workspaces = Path.Combine(folder.Data, "workspaces");
        return Directory.Exists(workspaces) && Directory.EnumerateFiles(workspaces, "begun", SearchOption.AllDirectories).Any();
    }
}
