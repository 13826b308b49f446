using System.Text.Json;
using Scailfin.Cli.Api;
using Scailfin.Cli.Output;
using Scailfin.Workflows;
using Scailfin.Workflows.Running;
using Scailfin.Workflows.Workspaces;

namespace Scailfin.Cli.CommandLine;

/// <summary>Makes the last message of a workflow run, and its exit code.</summary>
internal static class RunReport
{
    private const int LogLines = 200;

    public static async Task<int> WriteAsync(
        ApiClient api, SerialWorkflow workflow, RunWorkspace workspace, RunResult result, string? target, CancellationToken cancellation)
    {
        if (result.Outcome == RunOutcome.Interrupted)
        {
            string job = result.JobId is null ? "before a job was created" : $"at job {result.JobId}, which is {result.Status}";
            return await Invocation.ErrorAsync($"interrupted {job}; the workspace is {workspace.Path}", ExitCodes.Interrupted);
        }
        if (result is { Outcome: RunOutcome.Failed, JobId: { } jobId, Command: { } command })
        {
            await WhyAsync(api, jobId, cancellation);
            return await Invocation.ErrorAsync(
                $"step '{command.Step.Name}' {result.Status} (job {jobId}); the workspace is {workspace.Path}", ExitCodes.Failed);
        }
        return await OutputsAsync(workflow, workspace, target, cancellation);
    }

    private static async Task WhyAsync(ApiClient api, string jobId, CancellationToken cancellation)
    {
        try
        {
            (IReadOnlyList<string> lines, int leftOut) = Lines.Tail(await api.LogsAsync(jobId, cancellation), LogLines);
            if (leftOut > 0)
                await Console.Error.WriteLineAsync($"(the log's last {LogLines} lines; {leftOut} before them are left out)");
            foreach (string line in lines)
                await Console.Error.WriteLineAsync(line);
            using JsonDocument explanation = await api.GetAsync($"jobs/{Uri.EscapeDataString(jobId)}/explain", cancellation);
            foreach (string reason in explanation.RootElement.Texts("reasons"))
                await Console.Error.WriteLineAsync($"- {Lines.OneLine(reason)}");
        }
        catch (ApiException e)
        {
            await Console.Error.WriteLineAsync($"(why cannot be shown: {e.Message})");
        }
    }

    private static async Task<int> OutputsAsync(
        SerialWorkflow workflow, RunWorkspace workspace, string? target, CancellationToken cancellation)
    {
        IReadOnlyList<RunOutput> outputs = workspace.Outputs(workflow);
        await Console.Out.WriteLineAsync($"Workspace: {workspace.Path}");
        foreach (RunOutput output in outputs.Where(output => output.Bytes is not null))
            await Console.Out.WriteLineAsync($"{Path.Combine(workspace.Path, output.Name)}\t{output.Bytes} bytes");
        if (target is not null)
        {
            try
            {
                workspace.CopyOutputs(outputs.Where(output => output.Bytes is not null), target, cancellation);
            }
            catch (WorkflowFileException e)
            {
                // The workflow file is valid, but an output cannot be copied: this is a failure, not a usage error.
                return await Invocation.ErrorAsync(e.Message, ExitCodes.Failed);
            }
            await Console.Out.WriteLineAsync($"Outputs copied to {Path.GetFullPath(target)}");
        }
        string[] missing = [.. outputs.Where(output => output.Bytes is null).Select(output => output.Name)];
        return missing.Length == 0
            ? ExitCodes.Well
            : await Invocation.ErrorAsync($"declared outputs are missing: {string.Join(", ", missing)}", ExitCodes.Failed);
    }
}
