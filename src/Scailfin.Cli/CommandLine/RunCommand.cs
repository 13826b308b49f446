using System.CommandLine;
using Scailfin.Cli.Api;
using Scailfin.Cli.Output;
using Scailfin.JobController.Hosting;
using Scailfin.JobController.Settings;
using Scailfin.Workflows;
using Scailfin.Workflows.Reading;
using Scailfin.Workflows.Running;
using Scailfin.Workflows.Workspaces;

namespace Scailfin.Cli.CommandLine;

internal static class RunCommand
{
    public static Command Create(Func<CancellationToken, Task<IAsyncDisposable>> startService)
    {
        var file = new Argument<string>("FILE") { Description = "A reana.yaml of a serial workflow." };
        var output = new Option<string?>("--output", "-o") { Description = "Copy the outputs to this folder.", HelpName = "DIR" };
        var parameters = new Option<string[]>("-p", "--parameter")
        {
            Description = "Another value for a parameter of the file; may be given several times.",
            HelpName = "name=value",
            DefaultValueFactory = _ => [],
        };
        var command = new Command("run", "Run a workflow here, job by job.") { file, output, parameters };
        command.SetAction((parsed, outer) => Invocation.RunAsync(
            cancellation =>
            {
                ServiceSettings settings = SettingsReport.Of(ProcessVariables.Read(), ServiceMode.Standalone).Settings;
                SerialWorkflow workflow = SerialWorkflowFile.Read(parsed.GetRequiredValue(file), BackendServices.Fields(settings).OfSteps)
                    .With(Values(parsed.GetValue(parameters) ?? []));
                return RunAsync(workflow, parsed.GetValue(output), DataDirectory.FromEnvironment(), startService, cancellation);
            },
            outer));
        return command;
    }

    internal static async Task<int> RunAsync(
        SerialWorkflow workflow,
        string? output,
        DataDirectory data,
        Func<CancellationToken, Task<IAsyncDisposable>> startService,
        CancellationToken cancellation)
    {
        IReadOnlyList<WorkflowCommand> commands = workflow.Commands();
        await using ServiceAtHand service = await ServiceAtHand.FindOrStartAsync(data, startService, cancellation);
        RunWorkspace workspace = RunWorkspace.Create(await service.Api.WorkspaceRootAsync(cancellation), workflow, cancellation);
        IRunProgress progress = Console.IsOutputRedirected ? new PlainProgress(Console.Out) : new TerminalProgress(Terminal.Create());
        var runner = new SerialWorkflowRunner(service.Api, progress, TimeProvider.System);
        RunResult result = await runner.RunAsync(commands, workspace, cancellation);
        return await RunReport.WriteAsync(service.Api, workflow, workspace, result, output, cancellation);
    }

    private static Dictionary<string, string> Values(string[] assignments)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string assignment in assignments)
        {
            int equals = assignment.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw new WorkflowFileException($"-p '{assignment}' is not name=value.");
            values[assignment[..equals]] = assignment[(equals + 1)..];
        }
        return values;
    }
}
