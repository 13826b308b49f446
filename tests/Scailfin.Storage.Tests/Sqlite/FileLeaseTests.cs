using Scailfin.Storage.Sqlite;

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
        await using FileLease second = NewLease();
        Task waiting = second.AcquireAsync(Cancellation);
        await Assert.ThrowsAsync<TimeoutException>(() => waiting.WaitAsync(TimeSpan.FromMilliseconds(700), TimeProvider.System, Cancellation));
        await first.DisposeAsync();
        await waiting.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, Cancellation);

        await using FileLease third = NewLease();
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(500), TimeProvider.System);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third.AcquireAsync(impatient.Token));
    }

    [Fact]
    public async Task An_instance_that_waited_in_vain_does_not_free_the_lease_of_the_other()
    {
        await using FileLease first = NewLease();
        await AcquireAsync(first);
        await GiveUpAsync(NewLease());
        await GiveUpAsync(NewLease());
    }

    [Fact]
    public async Task A_directory_that_is_missing_is_an_error_and_no_wait()
    {
        await using var lease = new FileLease(Path.Combine(_directory, "missing", "jobs.lock"), TimeProvider.System);
        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => AcquireAsync(lease));
    }

    private static async Task GiveUpAsync(FileLease lease)
    {
        await using (lease)
        {
            using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(300), TimeProvider.System);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lease.AcquireAsync(impatient.Token));
        }
    }

    private static Task AcquireAsync(FileLease lease) =>
        lease.AcquireAsync(Cancellation).WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, Cancellation);

    private FileLease NewLease() => new(LockFile, TimeProvider.System);
}
