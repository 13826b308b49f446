using System.Globalization;
using System.Text;
using Scailfin.Testing.Kubernetes.Controllers;

namespace Scailfin.Testing.Kubernetes.Http;

/// <summary>Sends a container's log, whole lines only; one chunk for each line when following.</summary>
internal sealed class LogStream(ContainerLog log, LogOptions options, TimeProvider time)
{
    private long _left = options.LimitBytes ?? long.MaxValue;

    public async Task CopyAsync(Stream body, CancellationToken cancellation)
    {
        int next = First(log.Count);
        while (true)
        {
            (LogLine[] lines, bool isOver, Task more) = log.ReadFrom(next);
            next += lines.Length;
            await SendAsync(body, lines, cancellation);
            if (_left <= 0 || !options.Follow || (isOver && lines.Length == 0))
                return;
            if (lines.Length == 0)
                await more.WaitAsync(cancellation);
        }
    }

    private async Task SendAsync(Stream body, LogLine[] lines, CancellationToken cancellation)
    {
        using var together = new MemoryStream();
        foreach (LogLine line in lines)
        {
            byte[] bytes = Shown(line);
            if (_left < bytes.Length)
                bytes = bytes[..(int)_left];
            _left -= bytes.Length;
            if (options.Follow)
                await body.WriteAsync(bytes, cancellation);
            else
                together.Write(bytes);
            if (_left <= 0)
                break;
        }
        if (together.Length > 0)
            await body.WriteAsync(together.ToArray(), cancellation);
    }

    private byte[] Shown(LogLine line) => options.Timestamps
        ? [.. Encoding.ASCII.GetBytes(line.At.ToString("yyyy-MM-ddTHH:mm:ss.fffffff'00Z '", CultureInfo.InvariantCulture)), .. line.Bytes]
        : line.Bytes;

    private int First(int count)
    {
        int first = Math.Max(log.Newest, options.TailLines is { } tail ? count - tail : 0);
        DateTimeOffset? since = options.SinceSeconds is { } seconds ? time.GetUtcNow().AddSeconds(-seconds) : options.Since;
        if (since is null)
            return first;
        (LogLine[] lines, _, _) = log.ReadFrom(first);
        int skipped = Array.FindIndex(lines, line => line.At >= since);
        return first + (skipped < 0 ? lines.Length : skipped);
    }
}
