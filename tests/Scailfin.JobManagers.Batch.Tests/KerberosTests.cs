using Scailfin.Core.JobManagers;
using Scailfin.JobManagers.Batch.Logins;
using Scailfin.Testing;

namespace Scailfin.JobManagers.Batch.Tests;

/// <summary>Logins with a program in kinit's place.</summary>
public sealed class KerberosTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("scailfin-kinit-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_ticket_is_fetched_once_and_removed_at_the_end()
    {
        using KerberosLogin login = Login("echo run >>\"$0.runs\"; echo ticket >\"${5#FILE:}\"");
        await login.EnsureAsync();
        await login.EnsureAsync();
        Assert.Single(await File.ReadAllLinesAsync(Program + ".runs", TestContext.Current.CancellationToken));
        Assert.True(File.Exists(Cache));
        login.Dispose();
        Assert.False(File.Exists(Cache));
    }

    [Fact]
    public async Task A_ticket_that_a_killed_service_left_behind_is_removed()
    {
        string folder = Path.GetDirectoryName(Cache)!.Replace($"-{Environment.ProcessId}-", "-999999999-", StringComparison.Ordinal);
        string left = Path.Combine(Directory.CreateDirectory(folder).FullName, Path.GetFileName(Cache));
        await File.WriteAllTextAsync(left, "old", TestContext.Current.CancellationToken);
        using KerberosLogin login = Login("echo ticket >\"${5#FILE:}\"");
        await login.EnsureAsync();
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void Nobody_else_can_take_or_read_the_name_of_a_ticket() => Assert.Equal(
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
        File.GetUnixFileMode(Path.GetDirectoryName(Cache)!));

    [Fact]
    public async Task What_cannot_be_removed_of_another_service_keeps_nobody_from_logging_in()
    {
        string strange = Path.Combine(Path.GetTempPath(), $"scailfin-krb5-999999998-{Guid.NewGuid():N}");
        await File.WriteAllTextAsync(strange, "no directory", TestContext.Current.CancellationToken);
        using KerberosLogin login = Login("echo ticket >\"${5#FILE:}\"");
        await login.EnsureAsync();
        Assert.True(File.Exists(Cache));
        File.Delete(strange);
    }

    [Fact]
    public async Task A_login_that_hangs_ends_with_the_service()
    {
        KerberosLogin login = Login("echo $$ >\"$0.new\"; mv \"$0.new\" \"$0.pid\"; exec sleep 1000");
        Task hanging = login.EnsureAsync();
        await Eventually.TrueAsync(() => File.Exists(Program + ".pid"), "it has begun");
        string process = (await File.ReadAllTextAsync(Program + ".pid", TestContext.Current.CancellationToken)).Trim();
        login.Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hanging);
        await Eventually.TrueAsync(() => !Directory.Exists($"/proc/{process}"), "it is gone");
    }

    [Fact]
    public async Task What_kinit_says_is_the_reason()
    {
        using KerberosLogin login = Login("echo 'Keytab is expired' >&2; exit 1");
        var exception = await Assert.ThrowsAsync<JobManagerUnavailableException>(login.EnsureAsync);
        Assert.Equal($"No Kerberos ticket for 'jane@CERN.CH' from the keytab '{_folder}/keytab': Keytab is expired", exception.Message);
    }

    private string Program => Path.Combine(_folder, "kinit");

    private KerberosOptions Options => new($"{_folder}/keytab", "jane@CERN.CH", TimeSpan.FromHours(1));

    private string Cache => KerberosLogin.CacheOf(Options)["FILE:".Length..];

    private KerberosLogin Login(string script)
    {
        File.WriteAllText(Program, $"#!/bin/bash\n{script}\n");
        File.SetUnixFileMode(Program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new KerberosLogin(Options, TimeProvider.System) { Program = Program };
    }
}
