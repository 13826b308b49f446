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
    /// <summary>Characters of a log that is sent from memory.</summary>
    private const int LongestInMemory = 128 << 10;

    private const UnixFileMode OnlyMine = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _directory;
    private readonly string _copies;
    private readonly long _bound;
    private readonly ConcurrentDictionary<JobId, long> _lengths = new();
    private readonly Lazy<bool> _emptied;
    private long _total;

    /// <summary>A spool of at most <paramref name="bound"/> bytes; beyond it logs wait in memory.</summary>
    public LogSpool(string directory, long bound = 256 << 20)
    {
        _directory = directory;
        _copies = directory + "-copies";
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
            Directory.CreateDirectory(_directory, OnlyMine);
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

    /// <summary>
    /// Returns a copy of a log to be sent: a long one is in a file without a name, so that a slow client costs no memory.
    /// </summary>
    /// <exception cref="JobStoreUnavailableException">The copy cannot be written.</exception>
    public Stream Copy(string logs)
    {
        if (logs.Length <= LongestInMemory)
            return new MemoryStream(Encoding.UTF8.GetBytes(logs), writable: false);
        FileStream? file = null;
        try
        {
            Directory.CreateDirectory(_copies, OnlyMine);
            string path = Path.Combine(_copies, Guid.NewGuid().ToString("N"));
            file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            File.Delete(path);
            using (var writer = new StreamWriter(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true))
                writer.Write(logs);
            file.Position = 0;
            return file;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            throw new JobStoreUnavailableException($"The log cannot be copied to '{_copies}' to be sent: {exception.Message}", exception);
        }
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
