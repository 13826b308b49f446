using HTCondor.Net.Transports.CommandLine;

namespace HTCondor.Net.Tests.Transports.CommandLine;

public sealed class ToolRunnerTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Input_output_and_exit_code_are_carried()
    {
        ToolResult result = await Run("tr a-z A-Z; echo problem >&2; exit 3", input: "text");
        Assert.Equal((3, "TEXT", "problem"), (result.ExitCode, result.OutputText, result.ErrorText));
    }

    [Fact]
    public async Task An_argument_is_no_shells_business() =>
        Assert.Equal("$(id) 'x' \"y\" ;", (await Run("printf %s \"$1\"", arguments: ["$(id) 'x' \"y\" ;"])).OutputText);

    [Fact]
    public async Task One_that_does_not_end_is_killed_at_the_deadline_and_may_have_changed_something()
    {
        HTCondorError error = (await Assert.ThrowsAsync<HTCondorException>(
            () => Run("sleep 600 & sleep 600", deadline: TimeSpan.FromMilliseconds(300)))).Error;
        Assert.True(error.Ambiguous);
        Assert.Contains("did not end within 0.3 s", error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_reads_nothing_of_a_long_input_hinders_nobody() =>
        Assert.Equal(4, (await Run("exit 4", input: new string('x', 4 * 1024 * 1024))).ExitCode);

    [Fact]
    public async Task One_that_prints_without_end_is_stopped()
    {
        HTCondorError error = (await Assert.ThrowsAsync<HTCondorException>(() => Run("yes"))).Error;
        Assert.Contains("more than", error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_it_says_on_standard_error_is_bounded() =>
        Assert.Equal(64 * 1024, (await Run("head -c 1000000 /dev/zero | tr '\\0' x >&2")).ErrorText.Length);

    [Fact]
    public async Task A_program_that_is_not_there_is_an_error()
    {
        var runner = new ToolRunner(new CommandLineOptions { CommandPrefix = ["/no/such/program"] }, TimeProvider.System);
        HTCondorError error = (await Assert.ThrowsAsync<HTCondorException>(() => runner.RunAsync(
            "x", [], null, changes: false, new CallDeadline(TimeSpan.FromSeconds(30), TimeProvider.System), Cancelled))).Error;
        Assert.Contains("could not be started", error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_a_few_variables_are_handed_on()
    {
        Environment.SetEnvironmentVariable("SOME_SECRET", "x");
        Assert.DoesNotContain("SOME_SECRET", (await Run("env")).OutputText, StringComparison.Ordinal);
    }

    private static Task<ToolResult> Run(string script, string? input = null, TimeSpan? deadline = null, params string[] arguments)
    {
        var runner = new ToolRunner(
            new CommandLineOptions { CommandPrefix = ["sh", "-c", script], MaxOutputBytes = 100_000 }, TimeProvider.System);
        return runner.RunAsync(
            "tool",
            arguments,
            input,
            changes: true,
            new CallDeadline(deadline ?? TimeSpan.FromSeconds(30), TimeProvider.System),
            Cancelled);
    }
}
