using System.Globalization;
using HTCondor.Net.EventLogs;
using Scailfin.Testing.Containers;

namespace HTCondor.Net.Tests.EventLogs;

/// <summary>From a job's last instruction to its event's delivery. Not a test: it prints a figure (bench/htcondor/README.md).</summary>
public sealed class EventLogBenchmark
{
    [Fact(Explicit = true)]
    public async Task How_long_after_its_end_a_job_is_known_to_have_ended()
    {
        const int Count = 40;
        CancellationToken cancelled = TestContext.Current.CancellationToken;
        await using var site = new HpcContainer();
        await site.StartPoolAsync();
        string folder = await site.MakeFolderAsync("alice");
        await site.SubmitAsync("alice", $"""
            executable = /bin/sh
            transfer_executable = false
            arguments = "-c 'sleep $REAL(Half); exec date +%s%N'"
            Half = $(Process) / 2.0
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
        var written = new List<double>();
        await foreach (JobEventBatch batch in new JobEventLog($"{folder}/jobs.log").FollowAsync(null, cancelled))
        {
            double now = (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMilliseconds;
            foreach (JobEvent one in batch.Events.Where(one => one.Number == 5))
            {
                delivered[one.Job.Proc] = now;
                written.Add(now - (File.GetLastWriteTimeUtc($"{folder}/jobs.log") - DateTime.UnixEpoch).TotalMilliseconds);
            }

            if (delivered.Count == Count)
                break;
        }

        double[] delays = [.. delivered.Select(pair =>
            pair.Value - (double.Parse(File.ReadAllText($"{folder}/{pair.Key}.end"), CultureInfo.InvariantCulture) / 1e6)).Order()];
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"job's end to event, ms: p50 {delays[Count / 2]:F0}, p95 {delays[Count * 95 / 100]:F0}, max {delays[^1]:F0}");
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"written to delivered, ms: p50 {written.Order().ElementAt(Count / 2):F1}, "
                + $"p95 {written.Order().ElementAt(Count * 95 / 100):F1}");
    }
}
