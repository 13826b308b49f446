using Microsoft.Win32.SafeHandles;

namespace Scailfin.JobController.Access;

/// <summary>
/// The content of a file, read again once its time stamp has changed. The time stamp is checked when the content is used, at most once a
/// second; through the open file, so that links are followed: Kubernetes changes the files of a ConfigMap through links.
/// </summary>
internal sealed partial class WatchedFile<T>
    where T : class
{
    private const int Longest = 16 << 20;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly Func<ReadOnlyMemory<byte>, T> _parse;
    private readonly Func<T, T> _otherwise;
    private readonly bool _optional;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private T _value;
    private (DateTime WrittenAt, long Length)? _stamp;
    private long? _lookedAt;
    private bool _failed;

    /// <param name="path">The file.</param>
    /// <param name="parse">Reads its bytes; <see cref="InvalidDataException"/> for bad ones.</param>
    /// <param name="first">What holds before it was read.</param>
    /// <param name="otherwise">What holds while it is missing or cannot be read, of what held before.</param>
    /// <param name="optional">Whether it may be missing without a word.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Logs that the file cannot be read.</param>
    public WatchedFile(
        string path, Func<ReadOnlyMemory<byte>, T> parse, T first, Func<T, T> otherwise, bool optional, TimeProvider time, ILogger logger)
    {
        _path = path;
        _parse = parse;
        _otherwise = otherwise;
        _optional = optional;
        _value = first;
        _time = time;
        _logger = logger;
    }

    public T Value
    {
        get
        {
            lock (_lock)
            {
                if (_lookedAt is { } at && _time.GetElapsedTime(at) < Pause)
                    return _value;
                _lookedAt = _time.GetTimestamp();
                Look();
                return _value;
            }
        }
    }

    private void Look()
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(_path);
            var stamp = (File.GetLastWriteTimeUtc(file), RandomAccess.GetLength(file));
            if (stamp == _stamp)
                return;
            _value = _parse(Read(file, stamp.Item2));
            _stamp = stamp;
            _failed = false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            _value = _otherwise(_value);
            _stamp = null;
            bool allowed = _optional && exception is (FileNotFoundException or DirectoryNotFoundException);
            if (!allowed && !_failed)
                LogUnreadable(_logger, _path, exception.Message);
            _failed = !allowed;
        }
    }

    private static ReadOnlyMemory<byte> Read(SafeFileHandle file, long length)
    {
        if (length > Longest)
            throw new InvalidDataException($"longer than {Longest} bytes");
        byte[] bytes = new byte[length];
        int read = 0;
        while (read < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(read), read) is > 0 and var count)
            read += count;
        return bytes.AsMemory(0, read);
    }

    [LoggerMessage(EventId = 210, Level = LogLevel.Error, Message = "{Path} cannot be read: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, string path, string reason);
}
