using System.Text;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;

namespace Scailfin.Core.Lifecycle;

/// <summary>Reads the main stream of a job that still runs.</summary>
internal static class LiveLog
{
    private const int Chunk = 64 * 1024;

    /// <summary>Maximum number of bytes of a running job's log that are returned, from its beginning.</summary>
    private const int Longest = 4 * 1024 * 1024;

    public static async Task<string> ReadAsync(IStreamsLogs streams, Attempt attempt, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        try
        {
            while (bytes.Length < Longest
                && await streams.ReadLogAsync(attempt, bytes.Length, Chunk, cancellationToken) is { IsEmpty: false } chunk)
                bytes.Write(chunk.Span);
        }
        catch (JobManagerUnavailableException)
        {
            // The part that was read so far is returned; the complete log is collected when the job ends.
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }
}
