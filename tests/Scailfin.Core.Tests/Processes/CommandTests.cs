using System.Text;
using Scailfin.Core.Processes;
using Scailfin.Testing;

namespace Scailfin.Core.Tests.Processes;

/// <summary>Short programs, with real ones.</summary>
public sealed class CommandTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Arguments_reach_the_program_as_they_are_and_no_shell_reads_them()
    {
        CommandResult result = await new Command("printf", ["%s|", "a b", "$(id)", "'\"", "", "*"], Long)
            .RunAsync(TimeProvider.System, Cancellation);
        Assert.Equal("a b|$(id)|'\"||*|", Encoding.UTF8.GetString(result.Output));
    }

    [Fact]
    public async Task Exit_code_and_complaint_are_told_apart_from_the_output()
    {
        CommandResult result = await new Command("bash", ["-c", "echo out; echo 'no way' >&2; exit 3"], Long)
            .RunAsync(TimeProvider.System, Cancellation);
        Assert.Equal((3, "out\n", "no way"), (result.ExitCode, Encoding.UTF8.GetString(result.Output), result.Complaint));
    }

    [Fact]
    public async Task A_program_that_does_not_end_is_killed_with_its_children_at_the_deadline()
    {
        using var folder = new Folder();
        string script = $"sleep 1000 & echo $! >{folder.Path}/child; echo $$ >{folder.Path}/self.new; "
            + $"mv {folder.Path}/self.new {folder.Path}/self; wait";
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        Task<CommandResult> running = new Command("bash", ["-c", script], Long).RunAsync(time, Cancellation);
        await Eventually.TrueAsync(() => File.Exists($"{folder.Path}/self"), "it has started");
        time.Advance(Long);
        var late = await Assert.ThrowsAsync<CommandException>(() => running);
        Assert.Equal("did not end within 600 s and was killed", late.Message);
        await Eventually.TrueAsync(() => IsGone(folder, "child") && IsGone(folder, "self"), "both are gone");
    }

    [Fact]
    public async Task A_program_is_killed_when_nobody_waits_for_it_any_more()
    {
        using var folder = new Folder();
        using var end = new CancellationTokenSource();
        string script = $"echo $$ >{folder.Path}/self.new; mv {folder.Path}/self.new {folder.Path}/self; sleep 1000";
        Task<CommandResult> running = new Command("bash", ["-c", script], Long).RunAsync(TimeProvider.System, end.Token);
        await Eventually.TrueAsync(() => File.Exists($"{folder.Path}/self"), "it has started");
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await Eventually.TrueAsync(() => IsGone(folder, "self"), "it is gone");
    }

    [Fact]
    public async Task A_program_that_writes_too_much_is_killed_and_its_complaints_are_cut()
    {
        var much = new Command("yes", [], Long) { LongestOutput = 10_000 };
        var exception = await Assert.ThrowsAsync<CommandException>(() => much.RunAsync(TimeProvider.System, Cancellation));
        Assert.Equal("wrote more than 10000 bytes and was killed", exception.Message);
        CommandResult chatty = await new Command("bash", ["-c", "head -c 1000000 /dev/zero | tr '\\0' x >&2"], Long)
            .RunAsync(TimeProvider.System, Cancellation);
        Assert.Equal(64 << 10, chatty.Complaint.Length);
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_named_in_the_reason()
    {
        var exception = await Assert.ThrowsAsync<CommandException>(
            () => new Command("no-such-program", [], Long).RunAsync(TimeProvider.System, Cancellation));
        Assert.StartsWith("cannot be started: ", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>A process that ended and was not waited for yet is gone, too.</summary>
    private static bool IsGone(Folder folder, string name)
    {
        string stat = $"/proc/{File.ReadAllText($"{folder.Path}/{name}").Trim()}/stat";
        try
        {
            return !File.Exists(stat) || File.ReadAllText(stat).Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return true;
        }
    }

    private sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("scailfin-command-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
