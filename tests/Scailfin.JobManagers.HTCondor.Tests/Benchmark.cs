using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobWrapper;
using Scailfin.Testing;

namespace Scailfin.JobManagers.HTCondor.Tests;

/// <summary>Figures, not tests: run by bench/htcondor-manager/run.sh.</summary>
public sealed class Benchmark(Pool pool)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>From the last word of a step to the end being told with outputs and logs at home.</summary>
    [Fact(Explicit = true)]
    public async Task Latency_of_ends()
    {
        int count = Number("BENCH_ENDS", 60);
        await using HTCondorBench bench = await HTCondorBench.CreateAsync(pool.Site, StagingMode.Transfer);
        bench.Options = bench.Options with { Poll = TimeSpan.FromSeconds(2) };
        HTCondorJobManager manager = bench.NewManager();
        var hints = new BlockingCollection<JobId>();
        manager.Changed = hints.Add;
        JobSpec spec = bench.Spec("sleep $((RANDOM % 20)).$((RANDOM % 10)); echo out >out.$SCAILFIN_ATTEMPT; date +%s%3N");
        Dictionary<JobId, Attempt> open =
            (await Task.WhenAll(Enumerable.Range(0, count).Select(_ => HTCondorBench.SubmitAsync(manager, spec))))
                .ToDictionary(attempt => attempt.JobId);
        var latencies = new List<double>();
        while (open.Count > 0)
        {
            // As the service's loop does it: what is hinted at, else everything, every two seconds.
            HashSet<JobId> hinted = [];
            if (hints.TryTake(out JobId job, 2000, Cancellation))
                hinted.Add(job);
            while (hints.TryTake(out job))
                hinted.Add(job);
            Attempt[] asked = [.. open.Values.Where(attempt => hinted.Count == 0 || hinted.Contains(attempt.JobId))];
            if (asked.Length == 0)
                continue;
            foreach ((Attempt attempt, Observation seen) in asked.Zip(await manager.ObserveAsync(asked, Cancellation)))
            {
                if (seen.End is null)
                    continue;
                string log = (await manager.CollectAsync(attempt, end: null, Cancellation)).Logs;
                Assert.True(File.Exists(bench.InWorkspace($"out.{attempt.Identity}")));
                latencies.Add(
                    TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - long.Parse(log.Trim(), CultureInfo.InvariantCulture));
                open.Remove(attempt.JobId);
            }
        }

        latencies.Sort();
        Say($"latency of {count} ends, ms: median {latencies[count / 2]:0}, p95 {latencies[(int)(count * 0.95)]:0}, "
            + $"largest {latencies[^1]:0}");
    }

    /// <summary>Many jobs at once to their ends, against condor_submit's queue N of the same wrapper; alternating pairs.</summary>
    [Fact(Explicit = true)]
    public async Task Many_at_once()
    {
        int count = Number("BENCH_JOBS", 500);
        int pairs = Number("BENCH_PAIRS", 5);
        var ratios = new List<double>();
        for (int pair = 0; pair < pairs; pair++)
        {
            await using HTCondorBench bench = await HTCondorBench.CreateAsync(pool.Site, StagingMode.Transfer);
            bool first = pair % 2 == 0;
            double theirs = first ? await ByToolAsync(bench, count) : 0;
            (double submitted, double ours) = await ByManagerAsync(bench, count);
            theirs = first ? theirs : await ByToolAsync(bench, count);
            ratios.Add(ours / theirs);
            Say($"pair {pair}: manager {ours:0.0} s (all submitted after {submitted:0.0} s), condor_submit {theirs:0.0} s, "
                + $"ratio {ours / theirs:0.00}");
        }

        Say($"{count} jobs, {pairs} pairs: median ratio {ratios.Order().ElementAt(pairs / 2):0.00}");
    }

    private static async Task<(double Submitted, double Ended)> ByManagerAsync(HTCondorBench bench, int count)
    {
        HTCondorJobManager manager = bench.NewManager();
        long begin = TimeProvider.System.GetTimestamp();
        JobSpec spec = bench.Spec("true");
        List<Attempt> open = [.. await Task.WhenAll(Enumerable.Range(0, count).Select(_ => HTCondorBench.SubmitAsync(manager, spec)))];
        double submitted = TimeProvider.System.GetElapsedTime(begin).TotalSeconds;
        var ended = new List<Attempt>();
        while (open.Count > 0)
        {
            IReadOnlyList<Observation> seen = await manager.ObserveAsync(open, Cancellation);
            ended.AddRange(open.Zip(seen).Where(one => one.Second.End is not null).Select(one => one.First));
            open = [.. open.Zip(seen).Where(one => one.Second.End is null).Select(one => one.First)];
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, Cancellation);
        }

        double all = TimeProvider.System.GetElapsedTime(begin).TotalSeconds;
        await Task.WhenAll(ended.Select(attempt => manager.ReleaseAsync(attempt, Cancellation)));
        return (submitted, all);
    }

    private static async Task<double> ByToolAsync(HTCondorBench bench, int count)
    {
        string folder = Path.Combine(bench.Marks, "tool");
        (await bench.RunAsync("bash", "-c", $"mkdir -p '{folder}' && cd '{folder}' && mkdir -p $(seq 0 {count - 1})")).OutputOfSuccess();
        Attempt attempt = Specs.NewAttempt(bench.Spec("true"));
        var place = new WrapperPlace { Staging = StagingMode.Transfer, EchoesOutput = true };
        string script = Path.Combine(folder, "wrapper.sh");
        await File.WriteAllTextAsync(
            script, WrapperScript.Render(attempt, bench.Options.Profile, place), new UTF8Encoding(false), Cancellation);
        string description = $"""
            executable = /bin/bash
            transfer_executable = false
            arguments = wrapper.sh
            initialdir = {folder}/$(Process)
            transfer_input_files = {script}
            transfer_output_files = output, output.tar, receipt.json, wrapper.log
            should_transfer_files = YES
            output = stdout
            error = stderr
            stream_output = true
            stream_error = true
            log = {folder}/events.log
            request_memory = 32
            request_disk = 1MB
            queue {count}
            """;
        long begin = TimeProvider.System.GetTimestamp();
        string cluster = (await bench.RunWithInputAsync(description, "condor_submit", "-terse")).Split('.')[0];
        while ((await bench.RunAsync("condor_q", cluster, "-af", "ProcId")).OutputOfSuccess().Trim().Length > 0)
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, Cancellation);
        return TimeProvider.System.GetElapsedTime(begin).TotalSeconds;
    }

    private static int Number(string name, int byDefault) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out int value) ? value : byDefault;

    private static void Say(string line) => Console.WriteLine(line);
}
