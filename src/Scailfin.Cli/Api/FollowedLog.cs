namespace Scailfin.Cli.Api;

/// <summary>Follows a job's log to its end, over as many connections as that takes.</summary>
internal sealed class FollowedLog(ApiClient api, TimeProvider time)
{
    /// <summary>Number of consecutive connections without new output after which following the log fails.</summary>
    private const int MostTries = 10;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>Writes what comes, and returns the status that the job ended with.</summary>
    /// <exception cref="ApiException">The job is not known, or the service did not answer again in time.</exception>
    public async Task<string> CopyAsync(string id, long offset, TextWriter output, CancellationToken cancellation)
    {
        for (int fruitless = 0; ;)
        {
            fruitless++;
            string broken = "the service has closed it";
            try
            {
                await foreach (FollowedChunk chunk in api.FollowAsync(id, offset, time, cancellation))
                {
                    fruitless = 0;
                    offset = chunk.NextOffset;
                    await output.WriteAsync(chunk.Text.AsMemory(), cancellation);
                    await output.FlushAsync(cancellation);
                    if (chunk.IsLast)
                        return chunk.Status;
                }
            }
            catch (ApiException e) when (e.IsTransient)
            {
                broken = e.Message;
            }

            if (fruitless >= MostTries)
                throw new ApiException($"The log could not be followed to its end; continue with --offset {offset}: {broken}");
            var pause = TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, 0.5 * Math.Pow(2, fruitless)));
            await Task.Delay(pause, time, cancellation);
        }
    }
}
