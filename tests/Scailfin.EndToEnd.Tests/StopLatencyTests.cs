using Scailfin.EndToEnd.Tests.HTCondor;
using Scailfin.Testing;
using Scailfin.Testing.Containers;
using Scailfin.Testing.Kubernetes;
using Scailfin.Testing.Kubernetes.Controllers;
using Scailfin.Testing.Kubernetes.Http;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.EndToEnd.Tests;

/// <summary>How soon a stop reaches each backend, beside other jobs that come and go: <see cref="StopBench"/>.</summary>
public sealed class StopLatencyTests
{
    private const string Narrow = "narrow";

    /// <summary>Room for the longest of the test's own delays: a stop that does not get its turn lets the step run on to its end.</summary>
    private const string Step = "sleep 20";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_stopped_on_Kubernetes_never_finishes_while_others_come_and_go()
    {
        await using KubernetesApiServer server = await KubernetesApiServer.StartAsync();
        server.Lives.Are(pod => ImageOf(pod) switch
        {
            var image when image == ImageOf(StoppedJob.Submitted) => PodLife.Unschedulable(),
            var image when image == ImageOf(StoppedJob.Other) => PodLife.Succeeds(),
            _ => PodLife.RunsForever(),
        });
        await using var folder = ServiceFolder.OfKubernetes(server.Kubeconfig());
        await File.AppendAllTextAsync(
            folder.BackendsFile,
            $"  {Narrow}:\n    kind: kubernetes\n    kubeconfig: {folder.Kubeconfig}\n    in_flight: 1\n",
            Cancellation);
        await using ServiceProcess service = await ServiceProcess.StartAsync(folder);
        string workspace = folder.Workspace("w");
        var bench = new StopBench(service, kind => On("kubernetes", kind, ServiceClient.Request(workspace, "true", ImageOf(kind))))
        {
            MeasureAsync = async (kind, id, asked) => kind == StoppedJob.Waiting
                ? TimeProvider.System.GetElapsedTime(asked)
                : TimeProvider.System.GetElapsedTime(asked, (await DeletionAsync(server, id)).Arrived),
        };
        await bench.RunAsync("DELETE to the call to the cluster, of waiting jobs to the answer");
    }

    [Fact]
    public async Task A_job_stopped_on_HTCondor_never_finishes_while_others_come_and_go()
    {
        await using HpcContainer site = new()
        {
            Options = new HpcOptions
            {
                CondorConfiguration = "NUM_CPUS = 256\nMEMORY = 65536\n",
                ReadOnlyMounts = [Path.GetDirectoryName(PublishedProgram.Path)!, PublishedProgram.CondorWorker],
            },
        };
        await site.StartPoolAsync();
        string pool = $"kind: htcondor, staging: transfer, runtimes: [none], transport: native, memory_mb: 32, disk_mb: 1, "
            + $"worker: \"{PublishedProgram.CondorWorker}\", stop_grace_s: 2";
        SiteFolder folder = await SiteFolder.MakeAsync(site, "alice", $$"""
            backends:
              pool: { {{pool}} }
              {{Narrow}}: { {{pool}}, in_flight: 1 }
            """);
        await using SiteService service = await SiteService.StartAsync(folder);
        var bench = new StopBench(service, kind => On("pool", kind, ServiceClient.Request(folder.Workspace, CommandOf(kind))));
        await bench.RunAsync("DELETE to the answer, which comes after the schedd's to the removal");
    }

    [Fact]
    public async Task A_job_stopped_on_this_machine_never_finishes_while_others_come_and_go()
    {
        await using var folder = new ServiceFolder(inFlight: 2 * StopBench.Stops);
        await File.AppendAllTextAsync(
            folder.BackendsFile, $"  {Narrow}:\n    kind: local\n    in_flight: 1\n    runtimes:\n      - none\n", Cancellation);
        await using ServiceProcess service = await ServiceProcess.StartAsync(folder);
        string workspace = folder.Workspace("w");
        var bench = new StopBench(service, kind => On("local", kind, ServiceClient.Request(workspace, CommandOf(kind))));
        await bench.RunAsync("DELETE to the answer, which comes after the claim is forbidden or TERM is sent");
    }

    private static Dictionary<string, object> On(string backend, StoppedJob kind, Dictionary<string, object> request)
    {
        request["compute_backend"] = kind is StoppedJob.Waiting or StoppedJob.Keeper ? Narrow : backend;
        return request;
    }

    private static string CommandOf(StoppedJob kind) => kind switch
    {
        StoppedJob.Other => $"sleep $((RANDOM % {2 * StopBench.OthersAtOnce}))",
        StoppedJob.Keeper => "sleep 100000",
        _ => Step,
    };

    private static Task<ApiRequest> DeletionAsync(KubernetesApiServer server, string id) => Eventually.ValueAsync(
        () => Task.FromResult(server.Requests.All.FirstOrDefault(request =>
            request is { Verb: "delete", Resource: "jobs" } && request.Name!.Contains(id, StringComparison.Ordinal))),
        "the stop reaches the cluster");

    private static string ImageOf(StoppedJob kind) => $"image-of-{kind.ToString().ToLowerInvariant()}";

    private static string ImageOf(StoredObject pod) => pod.Spec!["containers"]![0]!["image"]!.ToString();
}
