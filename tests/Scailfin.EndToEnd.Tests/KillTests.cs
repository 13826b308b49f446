using System.Collections.Concurrent;
using Scailfin.Testing.PostgreSql;

namespace Scailfin.EndToEnd.Tests;

/// <summary>The service is killed at every place where that could hurt; seed by seed, so that a failure can be played again.</summary>
public sealed class KillTests
{
    internal static readonly string[] Points =
    [
        "intent-stored", "submitted", "handle-stored", "running-stored", "end-observed", "collected", "terminal-stored", "released",
        "stop-stored", "stop-sent",
    ];

    internal static int Seeds => int.TryParse(Environment.GetEnvironmentVariable("SCAILFIN_FAULT_SEEDS"), out int seeds) ? seeds : 20;

    internal static int FirstSeed =>
        int.TryParse(Environment.GetEnvironmentVariable("SCAILFIN_FAULT_FIRST_SEED"), out int first) ? first : 0;

    [Fact]
    public async Task No_answered_job_is_lost_or_run_twice_wherever_the_service_is_killed()
    {
        _ = PublishedProgram.Path;
        await PlayAllAsync(Seeds, () => Task.FromResult(""));
    }

    /// <summary>Fewer seeds: the lease of a killed service takes 15 s to expire.</summary>
    [Fact]
    public async Task It_is_the_same_with_PostgreSQL()
    {
        _ = PublishedProgram.Path;
        await using PostgreSqlServer server = await PostgreSqlServer.StartOwnAsync();
        await PlayAllAsync((Seeds + 1) / 2, async () => server.UrlOf(await server.CreateDatabaseAsync()));
    }

    private async Task PlayAllAsync(int seeds, Func<Task<string>> database)
    {
        var failures = new ConcurrentQueue<Exception>();
        await Parallel.ForEachAsync(
            Enumerable.Range(FirstSeed, seeds),
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            async (seed, _) =>
            {
                var plan = KillPlan.Of(seed, Points[seed % Points.Length], "until [ -e go ]; do sleep 0.1; done");
                try
                {
                    await RunAsync(plan, await database());
                }
                catch (Exception exception)
                {
                    failures.Enqueue(new InvalidOperationException(
                        $"{plan} (again: SCAILFIN_FAULT_FIRST_SEED={seed} SCAILFIN_FAULT_SEEDS=1): {exception}", exception));
                }
            });
        Assert.True(failures.IsEmpty, string.Join("\n\n", failures.Select(failure => failure.Message)));
    }

    private static async Task RunAsync(KillPlan plan, string database)
    {
        await using var folder = new ServiceFolder { Database = database };
        string workspace = folder.Workspace("w");
        var answered = new ConcurrentDictionary<string, KillJob>(StringComparer.Ordinal);
        await using (ServiceProcess service = await ServiceProcess.StartAsync(folder, $"{plan.Point}:{plan.Count}"))
        {
            await Task.WhenAll(plan.Jobs.Select(job =>
                PlayAsync(service, workspace, job, answered, beforeStop: () => HasBegunAsync(service, workspace, plan, job))));
            await service.WhileJobsMoveAsync(_ => service.HasExited, "the service kills itself");
        }

        await using ServiceProcess again = await ServiceProcess.StartAsync(folder);
        await File.WriteAllTextAsync(Path.Combine(workspace, "go"), "");
        await again.AllEndedAsync();
        IReadOnlyList<JobSeen> jobs = await again.ListAsync();
        Assert.Empty(answered.Keys.Except(jobs.Select(job => job.Id)));
        foreach (JobSeen seen in jobs)
            await CheckAsync(again, workspace, seen, plan.Jobs.Single(job => job.Command == seen.Command), answered.ContainsKey(seen.Id));
        await folder.OnlyServicesAreLeftAsync(1);
    }

    internal static Task PlayAsync(
        ServiceProcess service,
        string workspace,
        KillJob job,
        ConcurrentDictionary<string, KillJob> answered,
        string image = "",
        Func<Task>? beforeStop = null) =>
        service.SubmitToMortalAsync(
            ServiceProcess.Request(workspace, job.Command, image), job.StopAfter, id => answered[id] = job, beforeStop: beforeStop);

    /// <summary>A stop is sent only of what has begun; elsewhere it may come at any time.</summary>
    private static Task HasBegunAsync(ServiceProcess service, string workspace, KillPlan plan, KillJob job) => plan.Point == "stop-sent"
        ? service.WhileJobsMoveAsync(
            _ => service.HasExited || File.Exists(Path.Combine(workspace, $"mark-{job.Number}")), $"step {job.Number} begins")
        : Task.CompletedTask;

    private static async Task CheckAsync(ServiceProcess service, string workspace, JobSeen seen, KillJob job, bool answered)
    {
        string mark = Path.Combine(workspace, $"mark-{job.Number}");
        int begun = File.Exists(mark) ? (await File.ReadAllLinesAsync(mark)).Length : 0;
        await new KilledJob(job.Number, job.Allowed, answered, begun, Path.Combine(workspace, $"out-{job.Number}"))
            .CheckAsync(service, seen);
    }
}

/// <summary>What one seed does.</summary>
internal sealed record KillPlan(int Seed, string Point, int Count, IReadOnlyList<KillJob> Jobs)
{
    /// <param name="seed">The same seed gives the same plan.</param>
    /// <param name="point">Where the service is killed.</param>
    /// <param name="longStep">What a long step does.</param>
    public static KillPlan Of(int seed, string point, string longStep)
    {
        // Not a secret.
#pragma warning disable CA5394
        var random = new Random(seed);
        // Each point is reached at least three times: by the jobs that end by themselves, or by the long ones where they run for long
        // enough.
        int count = random.Next(1, 4);
        bool stops = point.StartsWith("stop-", StringComparison.Ordinal);

        // The short ones may end before anybody has seen them run, so those points get jobs that take longer.
        int longer = stops || point == "running-stored" ? 3 : random.Next(0, 2);
        int failing = random.Next(1, 3);
        string[] kinds = [.. Enumerable.Range(0, 6).Select(at => at < longer ? "long" : at < longer + failing ? "failing" : "short")];
        random.Shuffle(kinds);
        return new KillPlan(seed, point, count, [.. kinds.Select((kind, number) =>
            new KillJob(number, kind, stops && kind == "long" ? TimeSpan.FromMilliseconds(random.Next(0, 600)) : null, longStep))]);
#pragma warning restore CA5394
    }

    public override string ToString() =>
        $"Seed {Seed}: killed at {Point}:{Count}, jobs " + string.Join(", ", Jobs.Select(job =>
            job.StopAfter is { } wait ? $"{job.Kind} stopped after {wait.TotalMilliseconds} ms" : job.Kind));
}

internal sealed record KillJob(int Number, string Kind, TimeSpan? StopAfter, string Long)
{
    public IReadOnlyList<string> Allowed => StopAfter is not null ? ["stopped", "finished"] : Kind == "failing" ? ["failed"] : ["finished"];

    public string Command { get; } = Kind switch
    {
        "failing" => $"echo begin >> mark-{Number}; echo last words {Number}; exit 3",
        "long" => $"echo begin >> mark-{Number}; {Long}; echo out > out-{Number}",
        _ => $"echo begin >> mark-{Number}; sleep 0.2; echo out > out-{Number}",
    };
}
