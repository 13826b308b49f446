using HTCondor.Net.EventLogs;
using Scailfin.Testing;
using Scailfin.Testing.Containers;

namespace HTCondor.Net.Tests.EventLogs;

/// <summary>On a pool of its own, with a global event log that HTCondor itself rotates.</summary>
public sealed class PoolEventLogTests : IAsyncLifetime
{
    private const int Jobs = 500;
    private const int Changes = 19;

    /// <summary>More than there will be: a reader that is slow must not find that HTCondor has removed what it has not read.</summary>
    private const int MostRotations = 50;

    /// <summary>So many readers without an event, of two seconds each, are a standstill.</summary>
    private const int MostIdleReaders = 30;

    private readonly HpcContainer _site = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    /// <summary>The jobs' own log, which is not rotated, is the witness.</summary>
    [Fact]
    public async Task A_log_that_HTCondor_rotates_is_read_through_restarts_with_none_lost_and_none_doubled()
    {
        int seed =
            Environment.GetEnvironmentVariable("SCAILFIN_TEST_SEED") is { Length: > 0 } given ? int.Parse(given) : Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"SCAILFIN_TEST_SEED={seed}");
        var random = new Random(seed);
        await _site.StartAsync();
        string folder = await _site.MakeFolderAsync("alice");
        await _site.ConfigureCondorAsync(
            $"EVENT_LOG = {folder}/EventLog\nEVENT_LOG_MAX_SIZE = 100000\nEVENT_LOG_MAX_ROTATIONS = {MostRotations}");
        await _site.StartPoolAsync();
        Task changing = ChangeAsync(folder);
        var seen = new List<string>();
        string[] witness = [];
        JobEventPosition? position = null;
        int readers = 0;
        int idle = 0;
        while (witness.Length == 0 || seen.Count < witness.Length)
        {
            int before = seen.Count;
            var log = new JobEventLog(
                $"{folder}/EventLog", new JobEventLogOptions { MaxBatchEvents = random.Next(1, 300), MaxRotations = MostRotations });
            int batches = random.Next(1, 12);
            using var soon = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
            soon.CancelAfter(TimeSpan.FromSeconds(2));
            try
            {
                await foreach (JobEventBatch batch in log.FollowAsync(position, soon.Token))
                {
                    Assert.Null(batch.Gap);
                    seen.AddRange(batch.Events.Where(one => one.Number != 8).Select(one => $"{one.Job} {one.Name}"));
                    Assert.True(JobEventPosition.TryParse(batch.Position.ToString(), out position));
                    if (--batches == 0)
                        break;
                }
            }
            catch (OperationCanceledException) when (!Cancelled.IsCancellationRequested)
            {
                // Nothing more came: the next reader looks again, and whether the changes are over.
            }

            readers++;
            idle = seen.Count == before && changing.IsCompleted ? idle + 1 : 0;
            Assert.True(idle <= MostIdleReaders, $"{seen.Count} of {witness.Length} events came{Missing(folder, witness, seen)}");
            if (changing.IsCompleted && witness.Length == 0)
            {
                await changing;
                witness = [.. new JobEventLog($"{folder}/jobs.log").Read().SelectMany(batch => batch.Events).Select(one =>
                    $"{one.Job} {one.Name}")];
            }
        }

        int rotations = Directory.GetFiles(folder, "EventLog.*").Length;
        TestContext.Current.TestOutputHelper!.WriteLine($"{readers} readers, {seen.Count} events, {rotations} rotated files");
        Assert.InRange(rotations, 2, MostRotations);
        Assert.InRange(seen.Count, Jobs * (Changes + 1), int.MaxValue);
        Assert.Equal(witness.Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
    }

    /// <summary>The events that did not come, and where they are: one that is in no file was lost by HTCondor.</summary>
    private static string Missing(string folder, IEnumerable<string> witness, IEnumerable<string> seen)
    {
        var left = seen.CountBy(one => one).ToDictionary();
        string[] missing = [.. witness.Where(one => (left[one] = left.GetValueOrDefault(one) - 1) < 0)];
        IEnumerable<string> places = Directory.GetFiles(folder, "EventLog*").Order(StringComparer.Ordinal).Select(file =>
        {
            var log = new JobEventLog(file, new JobEventLogOptions { MaxRotations = 0 });
            string[] events = [.. log.Read().SelectMany(batch => batch.Events).Select((one, index) => $"{index}: {one.Job} {one.Name}")];
            IEnumerable<string> here = events.Where(one => missing.Any(one.EndsWith));
            return $"\n{Path.GetFileName(file)}, {events.Length} events: {string.Join(", ", here)}";
        });
        return $"\nmissing: {string.Join(", ", missing)}{string.Concat(places)}";
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
        var written = new Written($"{folder}/jobs.log", cluster);
        for (int change = 0; change < Changes; change++)
        {
            bool release = change % 2 == 0;
            (await _site.ExecAsync("alice", release ? "condor_release" : "condor_hold", $"{cluster}")).OutputOfSuccess();
            await RunAsync(folder);
            // The schedd writes events after it has answered, and of two quick changes perhaps one: the next waits for the log.
            await Eventually.TrueAsync(
                () => written.Count() >= Jobs * (change + 2), "every change is in the jobs' own log", () => written.Count());
        }

        string running = "";
        await Eventually.TrueAsync(
            async () => (running = (await _site.ExecAsync(
                "alice", "condor_q", "-af", "ClusterId", "JobStatus", "-constraint", $"ClusterId != {cluster}"))
                .OutputOfSuccess()).Length == 0,
            "the running jobs have ended",
            () => running);
    }

    /// <summary>
    /// HTCondor 23.9's schedd never rotates its log, because it has a new writer for each event; shadows do, at their second event.
    /// </summary>
    private Task<int> RunAsync(string folder) => _site.SubmitAsync("alice", $"""
        executable = /bin/true
        transfer_executable = false
        request_memory = 1
        request_disk = 1
        log = {folder}/jobs.log
        queue 2
        """, folder);

    private sealed class Written(string path, int cluster)
    {
        private JobEventPosition? _position;
        private int _count;

        public int Count()
        {
            foreach (JobEventBatch batch in new JobEventLog(path).Read(_position))
            {
                _count += batch.Events.Count(one => one.Job.Cluster == cluster);
                _position = batch.Position;
            }

            return _count;
        }
    }
}
