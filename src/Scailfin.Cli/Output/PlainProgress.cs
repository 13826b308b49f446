using Scailfin.Workflows;
using Scailfin.Workflows.Running;

namespace Scailfin.Cli.Output;

/// <summary>Writes one line per event, for logs and pipes.</summary>
internal sealed class PlainProgress(TextWriter output) : IRunProgress
{
    private int _commands;

    public Task<RunResult> DuringAsync(int commands, Func<Task<RunResult>> work)
    {
        _commands = commands;
        return work();
    }

    public void StatusChanged(WorkflowCommand command, string jobId, string status)
    {
        // The terminal status is printed by another line, with the duration.
        if (!JobStatusNames.IsTerminal(status))
            Line($"{Head(command)}: {status} (job {jobId})");
    }

    public void CommandEnded(WorkflowCommand command, string status, TimeSpan duration) =>
        Line($"{Head(command)}: {status} after {Durations.Text(duration)}");

    public void Message(string text) => Line(text);

    private string Head(WorkflowCommand command) => $"[{command.Number}/{_commands}] {command.Step.Name}";

    private void Line(string text)
    {
        output.WriteLine(text);
        output.Flush();
    }
}
