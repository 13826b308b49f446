using System.Collections.Concurrent;
using Scailfin.Testing;
using Scailfin.Testing.Containers;

namespace Scailfin.EndToEnd.Tests.HTCondor;

/// <summary>
/// The published service of an ordinary user beside a schedd, killed around its submissions: every attempt is one queue entry, and ends as
/// it should.
/// </summary>
public sealed class HTCondorKillTests(ITestOutputHelper output)
{
    /// <summary>Killed from outside, whatever it is doing then.</summary>
    internal const string AnyMoment = "any-moment";

    private static readonly string[] Points =
    [
        "submission-begun", "submission-committed", "submitted", AnyMoment, "handle-stored", "stop-sent", "submission-committed",
        "end-observed", AnyMoment, "intent-stored", "collected", "submission-begun", "terminal-stored", "stop-stored", AnyMoment,
        "released", "submission-committed", "running-stored",
    ];

    /// <summary>
    /// A submission that was begun and is not there counts as never arrived after the call's deadline (30 s) and five seconds; a service
    /// that asks ever more seldom (every 30 s at last) finds that out up to two questions later. Nothing moves meanwhile.
    /// </summary>
    private static readonly TimeSpan Uncertainty = TimeSpan.FromSeconds(30 + 5 + (2 * 30));

    [Fact]
    public async Task No_job_is_twice_in_the_queue_or_stuck_wherever_the_service_is_killed()
    {
        string[] programs = [Path.GetDirectoryName(PublishedProgram.Path)!, PublishedProgram.CondorWorker];
        await using var site = new HpcContainer { Options = new HpcOptions { ReadOnlyMounts = programs } };
        await site.StartPoolAsync();
        var failures = new ConcurrentQueue<string>();
        var killed = new ConcurrentBag<string>();
        var begun = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(
            Enumerable.Range(KillTests.FirstSeed, KillTests.Seeds),
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (seed, _) =>
            {
                var plan = HTCondorKillPlan.Of(seed, Points[seed % Points.Length]);
                string again = $"{plan} (again: SCAILFIN_FAULT_FIRST_SEED={seed} SCAILFIN_FAULT_SEEDS=1)";
                try
                {
                    if (await PlayAsync(site, plan, id => begun[id] = again))
                        killed.Add(plan.Point);
                }
                catch (Exception exception)
                {
                    failures.Enqueue($"{again}: {exception}");
                }
            });
        output.WriteLine($"killed at: {string.Join(", ", killed.CountBy(point => point).Select(pair => $"{pair.Key} {pair.Value}"))}");
        await CheckPoolAsync(site, begun, failures);
        Assert.True(failures.IsEmpty, string.Join("\n\n", failures));
        if (KillTests.Seeds < Points.Length)
            return;

        // A busy machine may pass the other points by; these it cannot.
        Assert.Empty(new[] { "submission-begun", "submission-committed", "submitted", AnyMoment }.Except(killed));
    }

    /// <returns>Whether the service was killed.</returns>
    private static async Task<bool> PlayAsync(HpcContainer site, HTCondorKillPlan plan, Action<string> begun)
    {
        SiteFolder folder = await SiteFolder.MakeAsync(site, "alice", plan.Backends);
        bool killed;
        var answered = new ConcurrentDictionary<int, string>();
        await using (SiteService service = await SiteService.StartAsync(folder, plan.Point == AnyMoment ? "" : $"{plan.Point}:1"))
        {
            Task end = plan.Point == AnyMoment ? KillAfterAsync(service, plan.Moment) : Task.CompletedTask;
            await Task.WhenAll(plan.Jobs.Select(job => PlayAsync(service, folder, plan, job, answered)));
            await end;
            await service.WhileJobsMoveAsync(
                jobs => service.HasExited || (plan.Point != "released" && jobs?.All(job => job.IsTerminal) == true),
                "the service kills itself, or has nothing left to do",
                () => folder.Picture);
            killed = service.HasExited;
        }

        await using SiteService next = await SiteService.StartAsync(folder);

        // A client with a key that got no answer asks again; without a key it must not.
        foreach (HTCondorKillJob job in plan.Jobs.Where(job => job.HasKey && !answered.ContainsKey(job.Number)))
            await PlayAsync(next, folder, plan, job, answered);
        await next.AllEndedAsync(() => folder.Picture, Uncertainty);
        IReadOnlyList<JobSeen> jobs = await next.ListAsync();
        Assert.Empty(answered.Values.Except(jobs.Select(job => job.Id)));
        Assert.Equal(jobs.Count, jobs.DistinctBy(job => job.Command).Count());
        foreach (JobSeen seen in jobs)
        {
            begun(seen.Id);
            await CheckAsync(
                next, folder, seen, plan.Jobs.Single(job => job.Command(folder) == seen.Command), answered.Values.Contains(seen.Id));
        }

        await Eventually.TrueAsync(
            () => !Directory.Exists($"{folder.Workspace}/.scailfin"),
            "nothing of the service is left in the workspace",
            () => folder.Picture);
        await next.TerminateAsync();
        return killed;
    }

    private static Task PlayAsync(
        ServiceClient service, SiteFolder folder, HTCondorKillPlan plan, HTCondorKillJob job, ConcurrentDictionary<int, string> answered)
    {
        Dictionary<string, object> request = ServiceClient.Request(folder.Workspace, job.Command(folder));
        request["workflow_uuid"] = plan.Workflow;
        return service.SubmitToMortalAsync(
            request, job.StopAfter, id => answered[job.Number] = id, job.HasKey ? $"{plan.Seed}-{job.Number}" : null);
    }

    private static async Task KillAfterAsync(SiteService service, TimeSpan moment)
    {
        await Task.Delay(moment, TimeProvider.System);
        await service.KillAsync();
    }

    private static async Task CheckAsync(ServiceClient service, SiteFolder folder, JobSeen seen, HTCondorKillJob job, bool answered)
    {
        string mark = $"{folder.Marks}/{job.Number}";
        int begun = File.Exists(mark) ? (await File.ReadAllLinesAsync(mark)).Length : 0;
        await new KilledJob(job.Number, job.Allowed, answered, begun, $"{folder.Workspace}/out-{job.Number}") { Log = folder.ReadLogAsync }
            .CheckAsync(service, seen);
    }

    /// <summary>The queue is empty, no attempt was in it twice, and no worker outlived its service.</summary>
    private static async Task CheckPoolAsync(HpcContainer site, IReadOnlyDictionary<string, string> begun, ConcurrentQueue<string> failures)
    {
        string queue = "";
        try
        {
            await Eventually.TrueAsync(
                async () => (queue = (await site.ExecAsync("alice", "condor_q", "-af:j", "ScailfinJobId", "JobStatus", "HoldReason"))
                    .OutputOfSuccess()).Trim().Length == 0,
                "the queue is empty",
                () => queue);
            string workers = "";
            await Eventually.TrueAsync(
                async () => (workers = (await site.ExecAsync("root", "pgrep", "-f", "[h]tcondor-net-worker")).Output).Length == 0,
                "no worker is left",
                () => workers);
        }
        catch (Xunit.Sdk.XunitException exception)
        {
            failures.Enqueue(exception.Message);
        }

        string history = (await site.ExecAsync("alice", "condor_history", "-af", "ScailfinJobId", "ScailfinAttempt")).OutputOfSuccess();
        foreach ((string attempt, int entries) in history.Split('\n', StringSplitOptions.RemoveEmptyEntries).CountBy(line => line))
        {
            if (entries != 1)
                failures.Enqueue($"{begun.GetValueOrDefault(attempt.Split(' ')[0], "a job that no service knows")}: "
                    + $"attempt {attempt} was {entries} times in the queue");
        }
    }
}

/// <summary>What one seed does.</summary>
internal sealed record HTCondorKillPlan(int Seed, string Point, bool Spool, TimeSpan Moment, IReadOnlyList<HTCondorKillJob> Jobs)
{
    public string Workflow => $"00000000-0000-4000-8000-{Seed:d12}";

    public string Backends =>
        $"""
        backends:
          pool:
            kind: htcondor
            staging: transfer
            spool: {(Spool ? "true" : "false")}
            runtimes: [none]
            transport: native
            worker: {PublishedProgram.CondorWorker}
            poll_s: 1
            stop_grace_s: 1
            memory_mb: 32
            disk_mb: 1
        """;

    public static HTCondorKillPlan Of(int seed, string point)
    {
        // Not a secret; the same seed must give the same plan.
#pragma warning disable CA5394
        var random = new Random(seed);
        bool stops = point.StartsWith("stop-", StringComparison.Ordinal);
        bool isLong = stops || point == "running-stored";
        return new HTCondorKillPlan(
            seed,
            point,
            random.Next(2) == 0,
            TimeSpan.FromMilliseconds(random.Next(0, 3000)),
            [
                .. Enumerable.Range(0, 3).Select(number => new HTCondorKillJob(
                    number,
                    isLong ? 3 : random.Next(2),
                    random.Next(4) == 0,
                    random.Next(2) == 0,
                    stops && number < 2 ? TimeSpan.FromMilliseconds(random.Next(0, 3000)) : null)),
            ]);
#pragma warning restore CA5394
    }

    public override string ToString() =>
        $"Seed {Seed}: killed at {(Point == HTCondorKillTests.AnyMoment ? $"{Moment.TotalMilliseconds} ms" : Point)}, "
            + $"{(Spool ? "spooled" : "not spooled")}, {string.Join(", ", Jobs)}";
}

/// <summary>One job of a seed.</summary>
internal sealed record HTCondorKillJob(int Number, int Seconds, bool Fails, bool HasKey, TimeSpan? StopAfter)
{
    public IReadOnlyList<string> Allowed =>
        StopAfter is null ? [Fails ? "failed" : "finished"] : [Fails ? "failed" : "finished", "stopped"];

    public string Command(SiteFolder folder) =>
        $"echo begin >>'{folder.Marks}/{Number}'; sleep {Seconds}; "
            + $"{(Fails ? $"echo last words {Number}; exit 3" : $"echo out >out-{Number}")}";
}
