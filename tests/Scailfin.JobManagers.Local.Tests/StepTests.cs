using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Testing;

namespace Scailfin.JobManagers.Local.Tests;

/// <summary>What reaches a step, what comes back, and who can read it meanwhile.</summary>
public sealed class StepTests : IDisposable
{
    private const string Nasty = "a'b\"c\\d $HOME ${PATH} $(touch broken) `touch broken` é 漢 🚀\n\n\tline; rm -f x & * ~ !x #\r\n";

    private readonly LocalBench _bench = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task An_environment_variable_arrives_byte_for_byte()
    {
        JobSpec spec = _bench.Spec("printf %s \"$NASTY\"; printf '[%s]' \"$EMPTY\" \"$_x9\"") with
        {
            Environment = [new("NASTY", Nasty), new("EMPTY", ""), new("_x9", "'")],
        };
        Assert.Equal(Nasty + "[]" + "[']", await _bench.RunAsync(spec));
        Assert.False(File.Exists(_bench.InWorkspace("broken")));
    }

    [Fact]
    public async Task A_command_arrives_byte_for_byte()
    {
        string command = $"cat <<'END'\n{Nasty}END\nprintf '%s' \"it's\" $'\\n' \"`echo ok`\" \"$(echo ü)\"";
        Assert.Equal($"{Nasty}it's\nokü", await _bench.RunAsync(_bench.Spec(command)));
    }

    [Fact]
    public async Task The_environment_of_the_service_is_not_seen_by_the_step()
    {
        string secret = $"SCAILFIN_TEST_{Guid.NewGuid():N}";
        Environment.SetEnvironmentVariable(secret, "secret");
        try
        {
            string seen = await _bench.RunAsync(_bench.Spec("export -p; tr '\\0' '\\n' </proc/self/environ"));
            Assert.Contains("SCAILFIN_ATTEMPT=", seen, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, seen, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable(secret, null);
        }
    }

    [Fact]
    public async Task Neither_command_nor_environment_stands_on_a_command_line_and_only_the_owner_may_read_the_script()
    {
        string command = $"command{Guid.NewGuid():N}";
        string value = $"value{Guid.NewGuid():N}";
        JobSpec spec =
            _bench.Spec($": {command}; touch begun; until [ -e go ]; do sleep 0.05; done") with { Environment = [new("SECRET", value)] };
        Attempt attempt = await _bench.SubmitAsync(spec);
        await _bench.FileAsync("begun");
        List<string> lines = LocalBench.CommandLines();
        Assert.Contains(lines, line => line.Contains(attempt.Identity, StringComparison.Ordinal));
        Assert.DoesNotContain(
            lines, line => line.Contains(command, StringComparison.Ordinal) || line.Contains(value, StringComparison.Ordinal));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_bench.FilesOf(attempt).Script));
        await File.WriteAllTextAsync(_bench.InWorkspace("go"), "", Cancellation);
        Assert.Equal(EndClass.Succeeded, (await _bench.EndAsync(attempt)).Class);
    }

    [Fact]
    public async Task Standard_input_is_empty() => Assert.Equal("0\n", await _bench.RunAsync(_bench.Spec("wc -c")));

    [Fact]
    public async Task A_step_runs_in_its_workspace() => Assert.Equal($"{_bench.Workspace}\n", await _bench.RunAsync(_bench.Spec("pwd")));

    [Fact]
    public async Task A_long_output_is_kept_from_its_beginning_and_its_end_with_a_note_between()
    {
        _bench.Options = _bench.Options with { Profile = _bench.Options.Profile with { LogHead = 10, LogTail = 8 } };
        string log = await _bench.RunAsync(_bench.Spec("printf 0123456789; head -c 3000000 /dev/zero | tr '\\0' x; printf tail-end"));
        Assert.Equal("0123456789\n[scailfin] The output is longer than 10 bytes; its last 8 bytes at most follow.\ntail-end", log);
    }

    [Fact]
    public async Task An_output_as_long_as_its_limit_is_whole()
    {
        _bench.Options = _bench.Options with { Profile = _bench.Options.Profile with { LogHead = 10, LogTail = 8 } };
        Assert.Equal("0123456789", await _bench.RunAsync(_bench.Spec("printf 0123456789")));
    }

    [Fact]
    public async Task Both_streams_are_collected_and_no_NUL_comes_back() =>
        Assert.Equal("out\nerr\n?end", await _bench.RunAsync(_bench.Spec("echo out; echo err >&2; printf '\\0end'")));

    [Fact]
    public async Task The_stream_can_be_read_while_the_step_runs()
    {
        Attempt attempt = await _bench.SubmitAsync("head -c 65536 /dev/zero | tr '\\0' x; until [ -e go ]; do sleep 0.05; done");
        await Eventually.TrueAsync(
            async () => (await _bench.NewManager().ReadLogAsync(attempt, 65530, 100, Cancellation)).Length == 6, "the stream is there");
        await File.WriteAllTextAsync(_bench.InWorkspace("go"), "", Cancellation);
        await _bench.EndAsync(attempt);
    }
}
