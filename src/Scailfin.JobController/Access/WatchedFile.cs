using System.Security.Cryptography;
using Scailfin.Core.Workspaces;

namespace Scailfin.JobController.Access;

/// <summary>
/// The content of a file. The file is read when it is used, at most once a second, and parsed once its content has changed: a rotation may
/// leave time, length and inode as they were. Links are followed, through which Kubernetes changes the files of a ConfigMap.
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
    private byte[]? _digest;
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

    /// <summary>Reads a file as it is read later.</summary>
    /// <inheritdoc cref="RegularFile.ReadAll"/>
    public static byte[] Read(string path) => RegularFile.ReadAll(path, Longest);

    private void Look()
    {
        try
        {
            byte[] content = Read(_path);
            byte[] digest = SHA256.HashData(content);
            if (digest.AsSpan().SequenceEqual(_digest))
                return;
            _value = _parse(content);
            _digest = digest;
            _failed = false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            _value = _otherwise(_value);
            _digest = null;
            bool allowed = _optional && exception is FileNotFoundException;
            if (!allowed && !_failed)
                LogUnreadable(_logger, _path, exception.Message);
            _failed = !allowed;
        }
    }

    [LoggerMessage(EventId = 210, Level = LogLevel.Error, Message = "{Path} cannot be read: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, string path, string reason);
}
