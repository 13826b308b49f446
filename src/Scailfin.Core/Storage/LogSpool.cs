using System.Collections.Concurrent;
using System.Text;
using Scailfin.Core.Jobs;

namespace Scailfin.Core.Storage;

/// <summary>
/// Keeps logs in files while the store is unavailable: mode 0600, in a directory of the service, with a bound on their total size. Files
/// of an earlier process are removed: their logs are collected again from the backends, which keep them until the row is durable.
/// </summary>
public sealed class LogSpool
{
    private readonly string _directory;
    private readonly long _bound;
    private readonly ConcurrentDictionary<JobId, long> _lengths = new();
    private readonly Lazy<bool> _emptied;
    private long _total;

    /// <summary>A spool of at most <paramref name="bound"/> bytes; beyond it logs wait in memory.</summary>
    public LogSpool(string directory, long bound = 256 << 20)
    {
        _directory = directory;
        _bound = bound;
        _emptied = new Lazy<bool>(Empty);
    }

    /// <summary>Writes a log; false if there is no room.</summary>
    public bool TryPut(JobId id, string logs)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(logs);
        if (Interlocked.Add(ref _total, bytes.Length) > _bound)
        {
            Interlocked.Add(ref _total, -bytes.Length);
            return false;
        }

        try
        {
            // Old files are removed at the first write only: an instance that waits for the lease must not remove the holder's files.
            _ = _emptied.Value;
            Directory.CreateDirectory(_directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var onlyMine = new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            };
            using var file = new FileStream(PathOf(id), onlyMine);
            file.Write(bytes);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Interlocked.Add(ref _total, -bytes.Length);
            return false;
        }

        _lengths[id] = bytes.Length;
        return true;
    }

    /// <summary>Bytes of a spooled log; 0 if there is none.</summary>
    public long Length(JobId id) => _lengths.GetValueOrDefault(id);

    /// <summary>A spooled log.</summary>
    public string Read(JobId id) => File.ReadAllText(PathOf(id), Encoding.UTF8);

    /// <inheritdoc cref="Read"/>
    public Task<string> ReadAsync(JobId id) => File.ReadAllTextAsync(PathOf(id), Encoding.UTF8);

    /// <summary>Removes a spooled log.</summary>
    public void Delete(JobId id)
    {
        if (_lengths.TryRemove(id, out long length))
            Interlocked.Add(ref _total, -length);
        if (Directory.Exists(_directory))
            File.Delete(PathOf(id));
    }

    private bool Empty()
    {
        if (Directory.Exists(_directory))
            Directory.Delete(_directory, recursive: true);
        return true;
    }

    private string PathOf(JobId id) => Path.Combine(_directory, $"{id}.log");
}
