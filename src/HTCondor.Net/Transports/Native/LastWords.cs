using System.Text;

namespace HTCondor.Net.Transports.Native;

/// <summary>Reads a process's standard error, and keeps its end, up to a bound.</summary>
internal sealed class LastWords
{
    private const int Kept = 4096;
    private const int LongestLine = 500;

    private readonly Lock _lock = new();
    private readonly byte[] _ring = new byte[Kept];
    private long _count;

    public LastWords(Stream standardError) => Read = ReadAsync(standardError);

    /// <summary>Ends with the stream.</summary>
    public Task Read { get; }

    /// <summary>The last line that is not empty; an empty text if nothing was said.</summary>
    public string LastLine
    {
        get
        {
            string kept;
            lock (_lock)
            {
                int length = (int)Math.Min(_count, Kept);
                int begin = (int)((_count - length) % Kept);
                kept = Encoding.UTF8.GetString([.. _ring.AsSpan(begin), .. _ring.AsSpan(0, begin)], 0, length);
            }

            string line = kept.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "";
            return line.Length > LongestLine ? line[^LongestLine..] : line;
        }
    }

    private async Task ReadAsync(Stream standardError)
    {
        byte[] buffer = new byte[1024];
        try
        {
            int count;
            while ((count = await standardError.ReadAsync(buffer)) > 0)
            {
                lock (_lock)
                {
                    foreach (byte letter in buffer.AsSpan(0, count))
                        _ring[_count++ % Kept] = letter;
                }
            }
        }
        catch (Exception problem) when (problem is IOException or ObjectDisposedException)
        {
            // The process has ended and its pipe is closed.
        }
    }
}
