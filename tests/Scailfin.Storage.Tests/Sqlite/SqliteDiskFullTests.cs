using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;
using Scailfin.Storage.Sqlite;
using Scailfin.Testing;

namespace Scailfin.Storage.Tests.Sqlite;

/// <summary>A file system without room: a small one in memory, which only root can mount.</summary>
public sealed class SqliteDiskFullTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("scailfin-full-").FullName;
    private bool _isMounted;

    private string Disk => Path.Combine(_directory, "disk");

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Disk);
        _isMounted = Environment.IsPrivilegedProcess && await RunAsync("mount", "-t", "tmpfs", "-o", "size=1m", "none", Disk);
        if (_isMounted)
            return;
        Directory.Delete(_directory, recursive: true);
        Assert.Skip("only root can mount a small file system here");
    }

    public async ValueTask DisposeAsync()
    {
        if (_isMounted)
            await RunAsync("umount", "-l", Disk);
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Writes_wait_while_the_disk_is_full_and_are_replayed_in_their_order()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using var store = new SqliteJobStore(Path.Combine(Disk, "jobs.sqlite"));
        await store.InitializeAsync(cancellation);
        await using var journal = new JobJournal(
            store, new LogSpool(Path.Combine(_directory, "spool")), TimeProvider.System, NullLogger<JobJournal>.Instance);
        string filler = Path.Combine(Disk, "filler");
        await FillAsync(filler, cancellation);

        Job[] jobs = [.. Enumerable.Range(0, 20).Select(_ => Specs.NewJob(Specs.Valid(new string('x', 5000))))];
        PendingWrite[] writes = [.. jobs.Select(job => journal.Enqueue(new StoreWrite.Insert(job, [Jobs.Entry("accepted")])))];
        await Eventually.EndAsync(writes[^1].DurableOrDeferred, "the last write is found to have to wait");
        Assert.False(writes[^1].Durable.IsCompleted);
        Assert.NotNull(journal.Away);

        File.Delete(filler);
        await Eventually.EndAsync(Task.WhenAll(writes.Select(write => write.Durable)), "all writes are durable");
        Assert.Equal(jobs.Select(job => job.Id), (await store.ListAsync(null, cancellation)).Select(job => job.Id));
        Assert.Null(journal.Away);
    }

    private static async Task FillAsync(string path, CancellationToken cancellation)
    {
        await using FileStream file = File.Create(path, bufferSize: 0);
        byte[] block = new byte[4096];
        try
        {
            while (true)
                await file.WriteAsync(block, cancellation);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        try
        {
            using Process process =
                Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
            await process.WaitForExitAsync();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
