using System.Threading.Channels;

namespace HTCondor.Net.EventLogs;

/// <summary>Waits until a file may have changed: the operating system reports it (inotify), or the poll interval has passed.</summary>
internal sealed class LogChanges(string path, TimeSpan interval, TimeProvider time) : IDisposable
{
    private readonly Channel<bool> _changes =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private FileSystemWatcher? _watcher;

    /// <summary>Starts watching; call it before the file is read, so that a later change ends the next wait.</summary>
    public void Watch()
    {
        _changes.Reader.TryRead(out _);
        if (_watcher is not null)
            return;
        try
        {
            _watcher = new FileSystemWatcher(Path.GetDirectoryName(Path.GetFullPath(path))!, Path.GetFileName(path))
            {
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.Size,
            };
            _watcher.Changed += Changed;
            _watcher.Created += Changed;
            _watcher.Deleted += Changed;
            _watcher.Renamed += Changed;
            _watcher.Error += (_, _) => Forget();
            _watcher.EnableRaisingEvents = true;
        }
        catch (Exception failed) when (failed is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // The directory does not exist yet, or this user has no inotify watches left: the log is polled at the interval.
            Forget();
        }
    }

    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task change = _changes.Reader.WaitToReadAsync(ended.Token).AsTask();
        Task poll = Task.Delay(interval, time, ended.Token);
        await Task.WhenAny(change, poll);
        await ended.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    public void Dispose() => Forget();

    private void Changed(object sender, FileSystemEventArgs change) => _changes.Writer.TryWrite(item: true);

    private void Forget() => Interlocked.Exchange(ref _watcher, null)?.Dispose();
}
