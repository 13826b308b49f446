using Scailfin.Cli.Output;
using Scailfin.Workflows;
using Scailfin.Workflows.Running;

namespace Scailfin.Cli.Tests.Output;

public sealed class PlainProgressTests
{
    private static readonly WorkflowCommand Command = new(2, new WorkflowStep("fit", "image", [], ["true"]), "true");

    [Fact]
    public async Task A_command_has_a_line_for_each_status_and_one_at_its_end()
    {
        await using var output = new StringWriter();
        var progress = new PlainProgress(output);

        RunResult result = await progress.DuringAsync(3, () =>
        {
            progress.StatusChanged(Command, "j1", "queued");
            progress.StatusChanged(Command, "j1", "running");
            progress.StatusChanged(Command, "j1", "finished");
            progress.CommandEnded(Command, "finished", TimeSpan.FromSeconds(1.25));
            return Task.FromResult(new RunResult(RunOutcome.Finished));
        });

        Assert.Equal(RunOutcome.Finished, result.Outcome);
        Assert.Equal(
            ["[2/3] fit: queued (job j1)", "[2/3] fit: running (job j1)", "[2/3] fit: finished after 1.3 s", ""],
            output.ToString().Split('\n'));
    }

    [Theory]
    [InlineData(0.04, "0.0 s")]
    [InlineData(59, "59.0 s")]
    [InlineData(61, "1 min 1 s")]
    [InlineData(90061, "25 h 1 min")]
    public void Durations_are_short(double seconds, string expected) =>
        Assert.Equal(expected, Durations.Text(TimeSpan.FromSeconds(seconds)));
}
