using Scailfin.Storage.Sqlite;
using Scailfin.Testing;

namespace Scailfin.Storage.Tests.Sqlite;

public sealed class FileLeaseTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("scailfin-lease-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string LockFile => Path.Combine(_directory, "jobs.lock");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_free_lease_is_had_at_once()
    {
        await using FileLease lease = NewLease();
        await AcquireAsync(lease);
        Assert.True(File.Exists(LockFile));
    }

    [Fact]
    public async Task A_second_instance_waits_and_gets_the_lease_when_the_first_lets_go()
    {
        FileLease first = NewLease();
        await AcquireAsync(first);
        var time = new CountedTime();
        await using var second = new FileLease(LockFile, time);
        Task waiting = second.AcquireAsync(Cancellation);
        await time.TriedAgainAsync(3);
        Assert.False(waiting.IsCompleted);
        await first.DisposeAsync();
        await time.PassAsync(() => waiting.IsCompleted, "the lease is had");
        await waiting;
        await GiveUpAsync();
    }

    [Fact]
    public async Task An_instance_that_waited_in_vain_does_not_free_the_lease_of_the_other()
    {
        await using FileLease first = NewLease();
        await AcquireAsync(first);
        await GiveUpAsync();
        await GiveUpAsync();
    }

    [Fact]
    public async Task A_directory_that_is_missing_is_an_error_and_no_wait()
    {
        await using var lease = new FileLease(Path.Combine(_directory, "missing", "jobs.lock"), TimeProvider.System);
        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => AcquireAsync(lease));
    }

    /// <summary>Another instance, which has tried several times and then does not want it any more.</summary>
    private async Task GiveUpAsync()
    {
        var time = new CountedTime();
        await using var lease = new FileLease(LockFile, time);
        using var patience = new CancellationTokenSource();
        Task waiting = lease.AcquireAsync(patience.Token);
        await time.TriedAgainAsync(2);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private static Task AcquireAsync(FileLease lease) => Eventually.EndAsync(lease.AcquireAsync(Cancellation), "the lease is had");

    private FileLease NewLease() => new(LockFile, TimeProvider.System);
}
