using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Testing;
using Scailfin.Testing.Kubernetes;
using Scailfin.Testing.Kubernetes.Controllers;

namespace Scailfin.JobManagers.Kubernetes.Tests;

/// <summary>An API server that is away for minutes, by the service's clock.</summary>
public sealed class AwayTests
{
    [Fact]
    public async Task Five_minutes_away_cost_few_tries_and_fewer_lines_and_change_no_end()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var lines = new KeptLog(LogLevel.Information);
        var clusterTime = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using KubernetesBench bench = await KubernetesBench.StartAsync(new ApiServerOptions { Time = clusterTime });
        bench.Life = PodLife.Succeeds("late\n", TimeSpan.FromSeconds(1));
        KubernetesJobManager manager = bench.NewManager(time, lines);
        Attempt attempt = await bench.SubmitAsync(manager);
        await Eventually.TrueAsync(
            async () => (await KubernetesBench.ObserveAsync(manager, attempt)).Phase == ObservedPhase.Running, "the job runs");
        await bench.Server.GoAwayAsync();
        for (int second = 0; second < 300; second += 5)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
        }

        await Eventually.TrueAsync(
            async () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return await Record.ExceptionAsync(() => KubernetesBench.ObserveAsync(manager, attempt)) is JobManagerUnavailableException;
            },
            "it is noticed");
        Assert.InRange(lines.Lines.Count, 1, 6);
        await bench.Server.SettledAsync();
        clusterTime.Advance(TimeSpan.FromSeconds(1));
        await bench.Server.SettledAsync();
        await bench.Server.ComeBackAsync();
        EndClass? end = null;
        await Eventually.TrueAsync(
            async () =>
            {
                time.Advance(TimeSpan.FromSeconds(5));
                return await Record.ExceptionAsync(
                    async () => end = (await KubernetesBench.ObserveAsync(manager, attempt)).End?.Class) is null
                    && end is not null;
            },
            "it is back, and the end is known");
        Assert.Equal(EndClass.Succeeded, end);
    }
}
