using System.Globalization;
using Scailfin.Testing;
using Scailfin.Testing.Kubernetes;
using Scailfin.Testing.Kubernetes.Controllers;
using Scailfin.Testing.Kubernetes.Http;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.EndToEnd.Tests;

/// <summary>How soon a stop reaches the cluster, beside other jobs that come and go; SCAILFIN_TEST_STOPS stops, 30 unless set.</summary>
public sealed class StopLatencyTests
{
    private const int OthersAtOnce = 10;

    private static int Stops =>
        int.TryParse(Environment.GetEnvironmentVariable("SCAILFIN_TEST_STOPS"), CultureInfo.InvariantCulture, out int given) ? given : 30;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stopped_job_never_finishes_and_its_stop_is_sent_while_others_come_and_go()
    {
        await using KubernetesApiServer server = await KubernetesApiServer.StartAsync();
        server.Lives.Are(pod => ImageOf(pod) switch
        {
            "idle" => PodLife.Unschedulable(),
            "long" => PodLife.RunsForever(),
            _ => PodLife.Succeeds(),
        });
        await using var folder = ServiceFolder.OfKubernetes(server.Kubeconfig());
        await using ServiceProcess service = await ServiceProcess.StartAsync(folder);
        string workspace = folder.Workspace("w");
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task coming = ComeAndGoAsync(service, workspace, enough.Token);
        List<double> latencies = [];
        for (int number = 0; number < Stops; number++)
        {
            string image = number % 2 == 0 ? "idle" : "long";
            string id = await service.SubmitAsync(workspace, "true", image);
            if (image == "long")
                await service.WaitForAsync(id, "running");
            long asked = TimeProvider.System.GetTimestamp();
            using (HttpResponseMessage answer = await service.Http.DeleteAsync($"/jobs/{id}", Cancellation))
                Assert.True(answer.IsSuccessStatusCode);
            ApiRequest delete = await Eventually.ValueAsync(
                () => Task.FromResult(server.Requests.All.FirstOrDefault(request =>
                    request is { Verb: "delete", Resource: "jobs" } && request.Name!.Contains(id, StringComparison.Ordinal))),
                "the stop reaches the cluster");
            latencies.Add(TimeProvider.System.GetElapsedTime(asked, delete.Arrived).TotalMilliseconds);
            await service.WaitForAsync(id, "stopped");
        }

        await enough.CancelAsync();
        await coming;
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"DELETE to the cluster's call, {Stops} stops: median {latencies.Order().ElementAt(Stops / 2):0.0} ms, "
                + $"p95 {latencies.Order().ElementAt(Stops * 95 / 100):0.0} ms, most {latencies.Max():0.0} ms"));
    }

    private static string ImageOf(StoredObject pod) => pod.Spec!["containers"]![0]!["image"]!.ToString();

    /// <summary>Jobs that end at once, one after the other, some at a time.</summary>
    private static Task ComeAndGoAsync(ServiceProcess service, string workspace, CancellationToken enough) =>
        Task.WhenAll(Enumerable.Range(0, OthersAtOnce).Select(async _ =>
        {
            while (!enough.IsCancellationRequested)
                await service.WaitForAsync(await service.SubmitAsync(workspace, "true", "short"), "finished");
        }));
}
