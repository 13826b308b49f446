using System.Diagnostics;
using Scailfin.Testing;
using Scailfin.Testing.Containers;

namespace Scailfin.EndToEnd.Tests.Site;

/// <summary>The faults that other tests inject are real ones, and pass.</summary>
public sealed class SiteFaultTests : IAsyncDisposable
{
    private readonly HpcContainer _site = new() { Options = new HpcOptions { SpoolMegabytes = 4 } };

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Theory]
    [InlineData("schedd", DaemonEnd.Kill)]
    [InlineData("schedd", DaemonEnd.Graceful)]
    [InlineData("master", DaemonEnd.Fast)]
    public async Task A_daemon_that_ended_is_followed_by_another_with_the_same_queue(string daemon, DaemonEnd how)
    {
        await _site.StartPoolAsync();
        int cluster = await _site.SubmitAsync("alice", "executable = /bin/true\nhold = true\nqueue\n");
        await _site.RestartDaemonAsync(daemon, how);
        Assert.Equal(
            $"{cluster}\n", (await _site.ExecAsync("alice", "condor_q", "-af", "ClusterId")).OutputOfSuccess());
    }

    [Fact]
    public async Task A_frozen_schedd_answers_nobody_until_it_is_thawed()
    {
        await _site.StartPoolAsync();
        await _site.FreezeAsync("schedd");
        await Assert.ThrowsAsync<TimeoutException>(
            () => _site.ExecAsync("alice", ["condor_q"], "", deadline: TimeSpan.FromSeconds(1)));
        await _site.ThawAsync("schedd");
        (await _site.ExecAsync("alice", "condor_q")).OutputOfSuccess();
    }

    [Fact]
    public async Task A_full_disk_takes_no_job_until_there_is_room()
    {
        await _site.StartPoolAsync();
        await _site.FillSpoolAsync();
        CommandResult refused = await _site.ExecAsync(
            "alice", ["condor_submit", "-terse"], "executable = /bin/true\nhold = true\nqueue 500\n");
        Assert.NotEqual(0, refused.ExitCode);
        await _site.EmptySpoolAsync();
        await Eventually.TrueAsync(
            async () =>
                (await _site.ExecAsync("alice", ["condor_submit", "-terse"], "executable = /bin/true\nhold = true\nqueue\n")).ExitCode == 0,
            "the schedd takes jobs again");
    }

    [Fact]
    public async Task The_input_of_a_program_inside_ends_with_its_docker_client()
    {
        await _site.StartAsync();
        string mark = $"{_site.Folder}/ended";
        IReadOnlyList<string> command = [.. _site.CommandPrefix("alice"), "sh", "-c", $"touch {mark}-started; cat; touch {mark}"];
        var start =
            new ProcessStartInfo(command[0]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (string argument in command.Skip(1))
            start.ArgumentList.Add(argument);
        using Process client = Process.Start(start)!;
        await Eventually.TrueAsync(() => File.Exists(mark + "-started"), "the program runs");
        client.Kill();
        await Eventually.TrueAsync(() => File.Exists(mark), "the program saw the end of its input");
    }
}
