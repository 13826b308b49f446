using System.Runtime.CompilerServices;
using System.Text;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;

namespace Scailfin.Core.Lifecycle;

/// <summary>Reads a job's main stream while it grows, and what was stored once the job has ended.</summary>
internal sealed class LogFollower(JobService service, TimeProvider time)
{
    private const int ChunkBytes = 64 << 10;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    public async IAsyncEnumerable<LogChunk> FollowAsync(Job job, long offset, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            // Read the status before the log: then all output of an ended job is read before the last chunk.
            // A job that is no longer in memory ended long ago.
            if (await service.FindAsync(job.Id, cancellationToken) is not { } now || now.Status.IsTerminal())
                break;
            ReadOnlyMemory<byte> bytes = await ReadAsync(now, offset, cancellationToken);
            int whole = WholeCharacters(bytes.Span);
            if (whole > 0)
            {
                yield return new LogChunk(offset, offset + whole, Encoding.UTF8.GetString(bytes.Span[..whole]), IsLast: false);
                offset += whole;
            }
            else
            {
                await Task.Delay(Pause, time, cancellationToken);
            }
        }

        await using Stream stored = await service.StoredLogsAsync(job.Id, cancellationToken);
        byte[] buffer = new byte[ChunkBytes];
        while (stored.Length - offset > ChunkBytes)
        {
            stored.Position = offset;
            await stored.ReadExactlyAsync(buffer, cancellationToken);
            int whole = WholeCharacters(buffer);
            yield return new LogChunk(offset, offset + whole, Encoding.UTF8.GetString(buffer, 0, whole), IsLast: false);
            offset += whole;
        }

        int rest = (int)Math.Max(0, stored.Length - offset);
        stored.Position = stored.Length - rest;
        await stored.ReadExactlyAsync(buffer.AsMemory(0, rest), cancellationToken);
        yield return new LogChunk(offset, offset + rest, Encoding.UTF8.GetString(buffer, 0, rest), IsLast: true);
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(Job job, long offset, CancellationToken cancellationToken)
    {
        if (service.Streams(job) is not { } streams)
            return default;
        try
        {
            return await streams.ReadLogAsync(job.Attempt, offset, ChunkBytes, cancellationToken);
        }
        catch (JobManagerUnavailableException)
        {
            // The stream continues: either the backend answers again, or the job fails.
            return default;
        }
    }

    /// <summary>The number of bytes up to the last complete character; all of them if the end is not UTF-8 at all.</summary>
    private static int WholeCharacters(ReadOnlySpan<byte> bytes)
    {
        for (int back = 1; back <= Math.Min(3, bytes.Length); back++)
        {
            byte last = bytes[^back];
            if ((last & 0xC0) == 0x80)
                continue;
            int length = last >= 0xF0 ? 4 : last >= 0xE0 ? 3 : last >= 0xC0 ? 2 : 1;
            return length > back ? bytes.Length - back : bytes.Length;
        }

        return bytes.Length;
    }
}
