using System.Text;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;

namespace Scailfin.Core.Lifecycle;

/// <summary>Reads the main stream of a job that still runs.</summary>
internal static class LiveLog
{
    private const int Chunk = 64 * 1024;

    /// <summary>At most this much of a running job's stream is shown at once, from its beginning.</summary>
    private const int Longest = 4 * 1024 * 1024;

    public static async Task<string> ReadAsync(IStreamsLogs streams, Attempt attempt, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        while (bytes.Length < Longest)
        {
            ReadOnlyMemory<byte> chunk = await streams.ReadLogAsync(attempt, bytes.Length, Chunk, cancellationToken);
            if (chunk.IsEmpty)
                break;
            bytes.Write(chunk.Span);
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }
}
