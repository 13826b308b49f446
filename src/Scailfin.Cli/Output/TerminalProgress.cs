using Scailfin.Workflows;
using Scailfin.Workflows.Running;
using Spectre.Console;

namespace Scailfin.Cli.Output;

/// <summary>A live bar over the commands, with the step, its status and the time since the start.</summary>
internal sealed class TerminalProgress(IAnsiConsole console) : IRunProgress
{
    private ProgressTask? _bar;

    public Task<RunResult> DuringAsync(int commands, Func<Task<RunResult>> work) =>
        console.Progress()
            .AutoClear(false)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn(),
                new PercentageColumn(),
                new ElapsedTimeColumn())
            .StartAsync(async context =>
            {
                _bar = context.AddTask("starting", maxValue: commands);
                RunResult result = await work();
                _bar.StopTask();
                return result;
            });

    public void StatusChanged(WorkflowCommand command, string jobId, string status) => Describe(command, status);

    public void CommandEnded(WorkflowCommand command, string status, TimeSpan duration)
    {
        Describe(command, status);
        bool finished = status == JobStatusNames.Finished;
        if (finished)
            _bar?.Increment(1);
        string colour = finished ? "green" : "red";
        console.MarkupLine(
            $"[{colour}]{Terminal.Markup(status)}[/] {Terminal.Markup(command.Step.Name)} [dim]{Durations.Text(duration)}[/]");
    }

    public void Message(string text) => console.MarkupLine($"[yellow]{Terminal.Markup(text)}[/]");

    private void Describe(WorkflowCommand command, string status)
    {
        if (_bar is not null)
            _bar.Description = $"{Terminal.Markup(command.Step.Name)} [dim]{Terminal.Markup(status)}[/]";
    }
}
