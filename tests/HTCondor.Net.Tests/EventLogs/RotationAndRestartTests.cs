using HTCondor.Net.EventLogs;

namespace HTCondor.Net.Tests.EventLogs;

public sealed class RotationAndRestartTests
{
    private const int Jobs = 500;
    private const int EventsOfAJob = 20;

    /// <summary>
    /// The writer writes in pieces of any length, and rotates; the reader is thrown away at any time and goes on from what was kept.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    public async Task Of_10000_events_of_500_jobs_none_is_lost_and_none_is_doubled(int rotations)
    {
        int seed =
            Environment.GetEnvironmentVariable("SCAILFIN_TEST_SEED") is { Length: > 0 } given ? int.Parse(given) : Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"SCAILFIN_TEST_SEED={seed}");
        var random = new Random(seed);
        string path = LogWriter.TemporaryPath();
        using var writer = new LogWriter(path, rotations);
        (int Job, int Number)[] order = [.. Enumerable.Range(0, Jobs * EventsOfAJob).Select(number => (number % Jobs, number / Jobs))];
        var seen = new List<(int, int)>();
        // The file that the reader is in must not be rotated away: HTCondor keeps no more than these.
        using var allowed = new SemaphoreSlim(rotations);
        Task writing = Task.Run(() => WriteAsync(writer, order, random.Next(), allowed), TestContext.Current.CancellationToken);
        JobEventPosition? position = null;
        int restarts = 0;
        while (seen.Count < order.Length)
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            var log = new JobEventLog(
                path,
                new JobEventLogOptions
                {
                    MaxBatchEvents = random.Next(1, 400),
                    PollInterval = TimeSpan.FromMilliseconds(20),
                    MaxRotations = rotations,
                });
            int batches = random.Next(1, 8);
            await foreach (JobEventBatch batch in log.FollowAsync(position, ended.Token))
            {
                Assert.Null(batch.Gap);
                int headers = batch.Events.Count(one => one.Number == 8);
                seen.AddRange(batch.Events.Where(one => one.Number == 6).Select(one => (one.Job.Cluster, one.Job.Proc)));
                Assert.True(JobEventPosition.TryParse(batch.Position.ToString(), out position));
                if (headers > 0)
                    allowed.Release(headers);
                if (--batches == 0 || seen.Count >= order.Length)
                    break;
            }

            restarts++;
        }

        await writing;
        TestContext.Current.TestOutputHelper!.WriteLine($"{restarts} readers, {seen.Count} events");
        Assert.Equal(order, seen);
        Assert.Empty(new JobEventLog(path).Read(position).SelectMany(batch => batch.Events));
    }

    private static async Task WriteAsync(LogWriter writer, (int Job, int Number)[] order, int seed, SemaphoreSlim allowed)
    {
        var random = new Random(seed);
        await allowed.WaitAsync(TestContext.Current.CancellationToken);
        writer.Rotate();
        foreach ((int job, int number) in order)
        {
            if (random.Next(150) == 0)
            {
                await allowed.WaitAsync(TestContext.Current.CancellationToken);
                writer.Rotate();
            }

            string one = LogWriter.Event(6, job, number, $"Image size of job updated: {number}", new string('m', random.Next(200)));
            int cut = random.Next(one.Length);
            writer.Append(one[..cut]);
            writer.Append(one[cut..]);
        }
    }
}
