using System.Diagnostics;
using HTCondor.Net.EventLogs;
using Scailfin.JobManagers.Batch.Attempts;
using Scailfin.JobManagers.HTCondor.EventLogs;

namespace Scailfin.JobManagers.HTCondor.Tests;

/// <summary>Root's service follows the event log in a user's workspace.</summary>
public sealed class EventWatchTests : IDisposable
{
    private const uint Anna = 12345;
    private readonly string _home = Directory.CreateTempSubdirectory("scailfin-events-").FullName;
    private readonly AttemptPlace _place;
    private readonly string _secret;

    public EventWatchTests()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root reads the files of other users.");
        _place = new AttemptPlace(Path.Combine(_home, "ws"), "job.1");
        _secret = Path.Combine(_home, "secret");
        Directory.CreateDirectory(_place.Root);
        File.WriteAllText(_secret, "000 (001.000.000) 2026-11-24 22:30:00 Job submitted from host: <127.0.0.1:9618>\n...\n");
        File.SetUnixFileMode(_secret, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        File.SetUnixFileMode(_home, (UnixFileMode)0b111_101_101);
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public void A_log_that_its_user_replaced_by_a_link_to_a_file_of_root_is_not_read()
    {
        File.CreateSymbolicLink(_place.EventLog, _secret);
        GiveToAnna();
        Assert.Empty(new JobEventLog(_place.EventLog, EventWatch.OptionsOf(_place)).Read());
    }

    [Fact]
    public void The_users_own_log_is_read()
    {
        File.Copy(_secret, _place.EventLog);
        GiveToAnna();
        Assert.Single(new JobEventLog(_place.EventLog, EventWatch.OptionsOf(_place)).Read());
    }

    private void GiveToAnna()
    {
        using Process process = Process.Start("chown", ["-h", "-R", $"{Anna}:{Anna}", _place.Workspace]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
