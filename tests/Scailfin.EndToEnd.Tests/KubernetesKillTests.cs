using System.Collections.Concurrent;
using Scailfin.Testing;
using Scailfin.Testing.Kubernetes;
using Scailfin.Testing.Kubernetes.Controllers;
using Scailfin.Testing.Kubernetes.Http;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.EndToEnd.Tests;

/// <summary>
/// As <see cref="KillTests"/>, with the jobs in Kubernetes: killed at its points, while a create is under way, or at any moment; and
/// creates whose answers are lost.
/// </summary>
public sealed class KubernetesKillTests(ITestOutputHelper output)
{
    private const string Creating = "create-under-way";
    private const string Moment = "moment";
    private static readonly string[] Ways = [.. KillTests.Points, Creating, Moment];

    [Fact]
    public async Task Every_attempt_is_one_job_and_every_job_ends_right_wherever_the_service_is_killed()
    {
        _ = PublishedProgram.Path;
        var failures = new ConcurrentQueue<string>();
        var killed = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(
            Enumerable.Range(KillTests.FirstSeed, KillTests.Seeds),
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            async (seed, _) =>
            {
                var plan = KillPlan.Of(seed, Ways[seed % Ways.Length], "sleep 2");
                try
                {
                    if (await RunAsync(plan))
                        killed.AddOrUpdate(plan.Point, 1, (_, count) => count + 1);
                }
                catch (Exception exception)
                {
                    failures.Enqueue($"{plan} (again: SCAILFIN_FAULT_FIRST_SEED={seed} SCAILFIN_FAULT_SEEDS=1): {exception}");
                }
            });
        output.WriteLine($"killed at: {string.Join(", ", killed.Select(pair => $"{pair.Key} {pair.Value}"))}");
        Assert.True(failures.IsEmpty, string.Join("\n\n", failures));
        if (KillTests.Seeds >= 2 * Ways.Length)
            Assert.Empty(Ways.Except(killed.Keys));
    }

    /// <returns>Whether the service was killed before it had nothing left to do.</returns>
    private static async Task<bool> RunAsync(KillPlan plan)
    {
        await using KubernetesApiServer server = await KubernetesApiServer.StartAsync();
        var pods = new ConcurrentQueue<string>();
        server.Lives.Are(pod =>
        {
            pods.Enqueue(pod.Labels["job-name"]);
            return ShellLife.Of(pod).OnSignal(143);
        });
        await using var folder = ServiceFolder.OfKubernetes(server.Kubeconfig());
        string workspace = folder.Workspace("w");
        var answered = new ConcurrentDictionary<string, KillJob>(StringComparer.Ordinal);
        bool killed;
        await using (ServiceProcess service = await ServiceProcess.StartAsync(folder, $"{plan.Point}:{plan.Count}"))
        {
            Task kill = Spoil(server, service, plan);
            await Task.WhenAll(plan.Jobs.Select(job => KillTests.PlayAsync(service, workspace, job, answered, "image")));
            await kill;

            // Where the point comes after the end of jobs, all of which reach it, that they have ended is not enough.
            bool comesAfterEnds = plan.Point is "terminal-stored" or "released";
            await service.WhileJobsMoveAsync(
                jobs => service.HasExited || (!comesAfterEnds && jobs?.All(job => job.IsTerminal) == true),
                "the service is killed, or has nothing left to do");
            killed = service.HasExited;
        }

        await using ServiceProcess again = await ServiceProcess.StartAsync(folder);
        await again.AllEndedAsync();
        IReadOnlyList<JobSeen> jobs = await again.ListAsync();
        Assert.Empty(answered.Keys.Except(jobs.Select(job => job.Id)));
        foreach (JobSeen seen in jobs)
        {
            KillJob job = plan.Jobs.Single(job => job.Command == seen.Command);
            await new KilledJob(
                job.Number, job.Allowed, answered.ContainsKey(seen.Id), pods.Count(name => name == NameOf(seen)), Output: null)
                .CheckAsync(again, seen);
        }

        Assert.Empty(pods.Except(jobs.Select(NameOf)));
        await Eventually.TrueAsync(
            () => server.Store.List(ResourceType.Jobs).Count == 0,
            "nothing is left in the cluster",
            () => $"{server.Store.List(ResourceType.Jobs).Count} jobs");
        Assert.Null(server.Failure);
        return killed;
    }

    /// <summary>
    /// Loses some answers, and kills where the program cannot do that itself; completes when nothing more will happen by itself.
    /// </summary>
    private static Task Spoil(KubernetesApiServer server, ServiceProcess service, KillPlan plan)
    {
        // Not a secret; the same seed must give the same plan.
#pragma warning disable CA5394
        var random = new Random(plan.Seed);
        int creates = 0;
        if (plan.Point == Creating)
            server.Faults.Delay(
                request => IsCreate(request) && Interlocked.Increment(ref creates) == plan.Count && Kills(service),
                TimeSpan.FromMilliseconds(random.Next(0, 3)),
                times: 1);
        int times = random.Next(0, 3);
        if (times > 0)
        {
            (random.Next(3) switch
            {
                0 => server.Faults.LoseAnswer,
                1 => server.Faults.CutAnswer,
                _ => (Action<Func<ApiRequest, bool>, int>)server.Faults.LoseRequest,
            })(IsCreate, times);
        }

        return plan.Point == Moment ? KillAfterAsync(service, TimeSpan.FromMilliseconds(random.Next(0, 500))) : Task.CompletedTask;
#pragma warning restore CA5394
    }

    private static async Task KillAfterAsync(ServiceProcess service, TimeSpan wait)
    {
        await Task.Delay(wait, TimeProvider.System);
        await service.KillAsync();
    }

    private static bool Kills(ServiceProcess service)
    {
        service.Kill();
        return true;
    }

    private static bool IsCreate(ApiRequest request) => request is { Verb: "create", Resource: "jobs" };

    private static string NameOf(JobSeen job) => $"reana-run-job-{job.Id}";
}
