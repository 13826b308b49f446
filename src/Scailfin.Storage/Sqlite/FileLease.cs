using Scailfin.Core.Lifecycle;
using Scailfin.Core.Workspaces;

namespace Scailfin.Storage.Sqlite;

/// <summary>
/// A lock on a file beside the store, held by the operating system for as long as this process lives: kill -9 frees it. Not for a
/// directory that several machines share over NFS without locking.
/// </summary>
internal sealed class FileLease(string path, TimeProvider time) : ILease
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(200);

    private FileStream? _lock;

    /// <summary>The file that is locked.</summary>
    public string Path => path;

    /// <summary>Whether the locked file still has its name: another instance locks a file of that name.</summary>
    public bool IsHeld
    {
        get
        {
            try
            {
                return _lock is { } held && FileIdentity.Of(path) == FileIdentity.Of(held.SafeFileHandle);
            }
            catch (IOException)
            {
                return false;
            }
        }
    }

    public async Task AcquireAsync(CancellationToken cancellationToken)
    {
        while (!TryAcquire())
            await Task.Delay(RetryInterval, time, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_lock is not null)
            await _lock.DisposeAsync();
    }

    private bool TryAcquire()
    {
        try
        {
            _lock = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (IOException exception) when (exception is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException))
        {
            return false;
        }
    }
}
