using System.Globalization;
using HTCondor.Net.ClassAds;
using HTCondor.Net.Schedds;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Batch.Accounts;
using Scailfin.JobManagers.HTCondor.Transports;
using Scailfin.Testing;

namespace Scailfin.JobManagers.HTCondor.Tests;

/// <summary>What held and missing jobs cost the schedd: figures, not tests, run by bench/htcondor-manager/run.sh.</summary>
public sealed class CostBenchmark(Pool pool)
{
    private const string History = "/var/spool/condor/history";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public async Task Costs_of_held_and_missing_jobs()
    {
        await using HTCondorBench bench = await HTCondorBench.CreateAsync(pool.Site, StagingMode.Transfer);
        bench.Options = bench.Options with { Requirements = ClassAdExpression.Of(value: false) };
        var counting = new Counting(bench.Transports);
        HTCondorJobManager manager = bench.NewManager(counting);
        Attempt[] waiting = await SubmitAsync(manager, bench, 100);
        Attempt[] held = await SubmitAsync(manager, bench, 500);
        Attempt[] missing = [.. Enumerable.Range(0, 50).Select(_ => Specs.NewAttempt(bench.Spec("true")) with { NotBefore = Now })];
        foreach (Attempt[] some in held.Chunk(100))
            (await bench.RunAsync(["condor_hold", .. some.Select(one => one.Handle!.Id)])).OutputOfSuccess();
        await MakeHistoryAsync(bench, 20_000);
        Console.WriteLine(
            "| jobs looked at for 60 s, 20,000 in the history | queue queries | history queries | schedd and its helpers, CPU s |");
        Console.WriteLine("| --- | --- | --- | --- |");
        await MeasureAsync("100 waiting", waiting);
        await MeasureAsync("100 waiting, 500 held", [.. waiting, .. held]);
        await MeasureAsync("100 waiting, 50 missing", [.. waiting, .. missing]);
        await MeasureAsync("100 waiting, 500 held, 50 missing", [.. waiting, .. held, .. missing]);

        async Task MeasureAsync(string what, Attempt[] attempts)
        {
            IJobManager fresh = bench.NewManager(counting);
            counting.Clear();
            double before = await CpuAsync();
            long begin = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(begin) < TimeSpan.FromMinutes(1))
            {
                await fresh.ObserveAsync(attempts, Cancellation);
                await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, Cancellation);
            }

            Console.WriteLine($"| {what} | {counting.Queue} | {counting.Past} | {await CpuAsync() - before:0.00} |");
        }
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private static async Task<Attempt[]> SubmitAsync(HTCondorJobManager manager, HTCondorBench bench, int count)
    {
        JobSpec spec = bench.Spec("true");
        Attempt[] attempts =
            await Task.WhenAll(Enumerable.Range(0, count).Select(_ => HTCondorBench.SubmitAsync(manager, spec)));
        return [.. attempts.Select(attempt => attempt with { NotBefore = Now })];
    }

    /// <summary>Repeats the entry of one job that ended, as other jobs of an hour ago.</summary>
    private async Task MakeHistoryAsync(HTCondorBench bench, int count)
    {
        bench.Options = bench.Options with { Requirements = null };
        HTCondorJobManager other = bench.NewManager();
        Attempt one = await HTCondorBench.SubmitAsync(other, bench.Spec("true"));
        await HTCondorBench.EndAsync(other, one);
        await other.ReleaseAsync(one, Cancellation);
        await Eventually.TrueAsync(
            async () => (await bench.RunAsync("condor_history", one.Handle!.Id, "-af", "ClusterId")).Output.Trim().Length > 0,
            "it is there");
        string script = $$"""
            set -e; awk '/^\*\*\*/ { print; exit } { print }' {{History}} | sed 's/ScailfinJobId = .*/ScailfinJobId = "x"/' >/tmp/one
            now=$(date +%s); sed -i "s/^EnteredCurrentStatus = .*/EnteredCurrentStatus = $((now - 7200))/" /tmp/one
            for i in $(seq 100); do cat /tmp/one; done >/tmp/hundred
            for i in $(seq {{count / 100}}); do cat /tmp/hundred; done >/tmp/many
            cat {{History}} >>/tmp/many; cp /tmp/many {{History}}
            """;
        (await pool.Site.ExecAsync("root", "bash", "-c", script)).OutputOfSuccess();
    }

    /// <summary>Of the schedd and what it has started and waited for.</summary>
    private async Task<double> CpuAsync()
    {
        string ticks = (await pool.Site.ExecAsync(
            "root", "bash", "-c", "awk '{ sum = $14 + $15 + $16 + $17; print sum }' /proc/$(pidof condor_schedd)/stat")).OutputOfSuccess();
        return double.Parse(ticks, CultureInfo.InvariantCulture) / 100;
    }

    /// <summary>Counts what the schedd is asked.</summary>
    private sealed class Counting(IScheddTransports inner) : IScheddTransports
    {
        public int Queue;
        public int Past;

        public void Clear() => (Queue, Past) = (0, 0);

        public async Task<IScheddTransport> ForAsync(Account account) => new One(this, await inner.ForAsync(account));

        private sealed class One(Counting owner, IScheddTransport inner) : IScheddTransport
        {
            public string Name => inner.Name;

            public Task<IReadOnlyList<ClassAd>> QueryAsync(
                ScheddLocation schedd, JobQuery query, CallOptions options, CancellationToken token)
            {
                Interlocked.Increment(ref owner.Queue);
                return inner.QueryAsync(schedd, query, options, token);
            }

            public Task<IReadOnlyList<ClassAd>> HistoryAsync(
                ScheddLocation schedd, HistoryQuery query, CallOptions options, CancellationToken token)
            {
                Interlocked.Increment(ref owner.Past);
                return inner.HistoryAsync(schedd, query, options, token);
            }

            public Task<SubmitResult> SubmitAsync(
                ScheddLocation schedd, SubmitRequest request, CallOptions options, CancellationToken token) =>
                inner.SubmitAsync(schedd, request, options, token);

            public Task<ScheddInformation> LocateAsync(ScheddLocation schedd, CallOptions options, CancellationToken token) =>
                inner.LocateAsync(schedd, options, token);

            public Task<IReadOnlyList<JobActionResult>> ActAsync(
                ScheddLocation schedd, JobAction action, JobSelection jobs, string reason, CallOptions options, CancellationToken token) =>
                inner.ActAsync(schedd, action, jobs, reason, options, token);

            public Task EditAsync(
                ScheddLocation schedd,
                JobSelection jobs,
                IReadOnlyList<KeyValuePair<string, ClassAdExpression>> attributes,
                CallOptions options,
                CancellationToken token) =>
                inner.EditAsync(schedd, jobs, attributes, options, token);

            public Task SpoolAsync(
                ScheddLocation schedd, IReadOnlyList<ClassAd> jobs, CallOptions options, CancellationToken token) =>
                inner.SpoolAsync(schedd, jobs, options, token);

            public Task RetrieveAsync(ScheddLocation schedd, JobSelection jobs, CallOptions options, CancellationToken token) =>
                inner.RetrieveAsync(schedd, jobs, options, token);

            public ValueTask DisposeAsync() => inner.DisposeAsync();
        }
    }
}
