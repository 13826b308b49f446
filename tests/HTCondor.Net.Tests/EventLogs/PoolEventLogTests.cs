using System.Globalization;
using HTCondor.Net.EventLogs;
using Scailfin.Testing.Containers;

namespace HTCondor.Net.Tests.EventLogs;

/// <summary>On a pool of its own, with a global event log that HTCondor itself rotates.</summary>
public sealed class PoolEventLogTests : IAsyncLifetime
{
    private const int Jobs = 500;
    private const int Changes = 19;
    private readonly HpcContainer _site = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    /// <summary>The jobs' own log, which is not rotated, is the witness.</summary>
    [Fact]
    public async Task A_log_that_HTCondor_rotates_is_read_through_restarts_with_none_lost_and_none_doubled()
    {
        int seed = Environment.GetEnvironmentVariable("SCAILFIN_TEST_SEED") is { Length: > 0 } given ? int.Parse(given) : Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"SCAILFIN_TEST_SEED={seed}");
        var random = new Random(seed);
        await _site.StartAsync();
        string folder = await _site.MakeFolderAsync("alice");
        await _site.ConfigureCondorAsync($"EVENT_LOG = {folder}/EventLog\nEVENT_LOG_MAX_SIZE = 100000\nEVENT_LOG_MAX_ROTATIONS = 9");
        await _site.StartPoolAsync();
        Task changing = ChangeAsync(folder);
        var seen = new List<string>();
        JobEventPosition? position = null;
        int readers = 0;
        while (seen.Count < Jobs * (Changes + 1))
        {
            var log = new JobEventLog($"{folder}/EventLog", new JobEventLogOptions { MaxBatchEvents = random.Next(1, 300) });
            int batches = random.Next(1, 12);
            await foreach (JobEventBatch batch in log.FollowAsync(position, Cancelled))
            {
                Assert.Null(batch.Gap);
                seen.AddRange(batch.Events.Where(one => one.Number != 8).Select(one => $"{one.Number:000} {one.Job.Proc} {one.TimeText}"));
                Assert.True(JobEventPosition.TryParse(batch.Position.ToString(), out position));
                if (--batches == 0 || seen.Count >= Jobs * (Changes + 1))
                    break;
            }

            readers++;
        }

        await changing;
        string[] witness = [.. (await File.ReadAllLinesAsync($"{folder}/jobs.log", Cancelled)).Where(line => line.Length > 12 && line[4] == '(').Select(Short)];
        int rotations = Directory.GetFiles(folder, "EventLog.*").Length;
        TestContext.Current.TestOutputHelper!.WriteLine($"{readers} readers, {seen.Count} events, {rotations} rotated files");
        Assert.InRange(rotations, 2, 9);
        Assert.Equal(witness.Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
    }

    /// <summary>From the job's last instruction to the event's delivery. Not a test: it prints a figure.</summary>
    [Fact(Explicit = true)]
    public async Task How_long_after_its_end_a_job_is_known_to_have_ended()
    {
        const int Count = 100;
        await _site.StartPoolAsync();
        string folder = await _site.MakeFolderAsync("alice");
        await _site.SubmitAsync("alice", $"""
            executable = /bin/sh
            transfer_executable = false
            arguments = "-c 'exec date +%s%N'"
            output = {folder}/$(Process).end
            initialdir = {folder}
            should_transfer_files = no
            requirements = True
            request_memory = 1
            request_disk = 1
            log = {folder}/jobs.log
            queue {Count}
            """, folder);
        var delivered = new Dictionary<int, double>();
        await foreach (JobEventBatch batch in new JobEventLog($"{folder}/jobs.log").FollowAsync(null, Cancelled))
        {
            double now = (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMilliseconds;
            foreach (JobEvent one in batch.Events.Where(one => one.Number == 5))
                delivered[one.Job.Proc] = now;
            if (delivered.Count == Count)
                break;
        }

        double[] delays = [.. delivered.Select(pair => pair.Value - (double.Parse(File.ReadAllText($"{folder}/{pair.Key}.end"), CultureInfo.InvariantCulture) / 1e6)).Order()];
        TestContext.Current.TestOutputHelper!.WriteLine($"job's end to event, ms: p50 {delays[Count / 2]:F0}, p95 {delays[Count * 95 / 100]:F0}, max {delays[^1]:F0}");
    }

    private async Task ChangeAsync(string folder)
    {
        int cluster = await _site.SubmitAsync("alice", $"""
            executable = /bin/true
            transfer_executable = false
            requirements = False
            hold = true
            log = {folder}/jobs.log
            queue {Jobs}
            """, folder);
        for (int change = 0; change < Changes; change++)
            (await _site.ExecAsync("alice", change % 2 == 0 ? "condor_release" : "condor_hold", $"{cluster}")).OutputOfSuccess();
    }

    private static string Short(string header)
    {
        string[] words = header.Split(' ');
        return $"{words[0]} {int.Parse(words[1].Split('.')[1], CultureInfo.InvariantCulture)} {words[2]} {words[3]}";
    }
}
