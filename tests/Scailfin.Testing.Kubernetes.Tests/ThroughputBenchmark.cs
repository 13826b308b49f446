using System.Globalization;
using Scailfin.Testing.Kubernetes.Controllers;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Tests;

/// <summary>A measurement, not a test: the stand-in must not be what limits a benchmark.</summary>
public sealed class ThroughputBenchmark(ITestOutputHelper output)
{
    private const int Jobs = 4000;
    private const int Clients = 16;

    [Fact(Explicit = true)]
    public async Task Jobs_created_run_to_their_end_and_deleted_per_second()
    {
        await using KubernetesApiServer server =
            await KubernetesApiServer.StartAsync(new ApiServerOptions { Life = PodLife.Succeeds("hello\n") });
        using var client = new ApiClient(server);
        using LineStream watch = await client.StreamAsync(ApiClient.Pods + "?watch=true");
        Task<int> read = CountAsync(watch);
        long begin = TimeProvider.System.GetTimestamp();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Jobs),
            new ParallelOptions { MaxDegreeOfParallelism = Clients },
            async (number, _) =>
            {
                string name = string.Create(CultureInfo.InvariantCulture, $"job-{number}");
                await client.CreateJobAsync(TestJobs.Named(name));
            });
        TimeSpan created = TimeProvider.System.GetElapsedTime(begin);
        await server.SettledAsync();
        TimeSpan ended = TimeProvider.System.GetElapsedTime(begin);
        Assert.All(server.Store.List(ResourceType.Pods), pod => Assert.Equal("Succeeded", pod.Phase));
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Jobs),
            new ParallelOptions { MaxDegreeOfParallelism = Clients },
            async (number, _) => await client.DeleteJobAsync(string.Create(CultureInfo.InvariantCulture, $"job-{number}")));
        await server.SettledAsync();
        TimeSpan deleted = TimeProvider.System.GetElapsedTime(begin);
        server.Faults.EndWatches();
        int events = await read;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Jobs} jobs, {Clients} clients: created {Jobs / created.TotalSeconds:0}/s, ended {Jobs / ended.TotalSeconds:0}/s, "
                + $"all gone {Jobs / deleted.TotalSeconds:0}/s, {events} pod events"));
    }

    private static async Task<int> CountAsync(LineStream watch)
    {
        int count = 0;
        while (await watch.LineAsync() is not null)
            count++;
        return count;
    }
}
