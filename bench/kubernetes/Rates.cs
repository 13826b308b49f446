using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Scailfin.JobController.Hosting;
using Scailfin.JobController.Settings;
using Scailfin.Testing.Kubernetes;
using Scailfin.Testing.Kubernetes.Controllers;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Bench.Kubernetes;

/// <summary>Throughput and delay, through HTTP on both sides; every figure is a line <c>name value</c>.</summary>
internal static class Rates
{
    private const int Clients = 8;
    private const int Short = 300;
    private const int Running = 1000;
    private const int Deciding = 200;

    public static async Task MeasureAsync()
    {
        string folder = Directory.CreateTempSubdirectory("scailfin-bench-").FullName;
        try
        {
            await using KubernetesApiServer server =
                await KubernetesApiServer.StartAsync(new ApiServerOptions { RecordsEvents = false, Https = true });
            var ended = new ConcurrentDictionary<string, long>();
            server.Lives.Are(pod => LifeOf(pod.Labels["job-name"], (string?)pod.Spec!["containers"]![0]!["args"]![0] ?? "", ended));
            await using JobControllerHost host = await StartAsync(folder, server);
            string token = (await File.ReadAllTextAsync(Path.Combine(folder, "admin.token"))).Trim();
            using var http = new HttpClient
            {
                BaseAddress = host.Address,
                DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
            };
            string workspace = Directory.CreateDirectory(Path.Combine(folder, "workspaces", "admin", "bench")).FullName;
            var load = new Load(http, workspace);

            await load.ToTheEndAsync(50, Clients);
            await NothingIsLeftAsync(server);
            server.Requests.Clear();
            long begin = Stopwatch.GetTimestamp();
            double cpu = Process.GetCurrentProcess().TotalProcessorTime.TotalMilliseconds;
            await load.ToTheEndAsync(Short, Clients);
            Say("terminal_jobs_per_s", Short / Stopwatch.GetElapsedTime(begin).TotalSeconds);
            Say("terminal_cpu_ms_both_sides", (Process.GetCurrentProcess().TotalProcessorTime.TotalMilliseconds - cpu) / Short);
            await NothingIsLeftAsync(server);
            foreach ((string verb, string resource) in ((string, string)[])
                [
                    ("create", "jobs"), ("get", "pods/log"), ("delete", "jobs"),
                    ("list", "pods"), ("list", "jobs"), ("watch", "pods"), ("watch", "jobs"),
                ])
                Say($"calls_{verb}_{resource}", server.Requests.Count(verb, resource));

            await load.SubmitAllAsync(Running, Clients, "hold");
            List<string> ids = await load.SubmitAllAsync(Deciding, Clients, "decide");
            double[] delays = [.. (await Task.WhenAll(ids.Select(load.EndAsync)))
                .Select((at, i) => Stopwatch.GetElapsedTime(ended[$"reana-run-job-{ids[i]}"], at).TotalMilliseconds).Order()];
            Say("deciding_event_to_terminal_p50_ms", delays[delays.Length / 2]);
            Say("deciding_event_to_terminal_p95_ms", delays[(int)(delays.Length * 0.95)]);
            Say("deciding_event_to_terminal_max_ms", delays[^1]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A job is terminal before its Job is deleted: the delete must not be counted with the next ones.</summary>
    private static async Task NothingIsLeftAsync(KubernetesApiServer server)
    {
        while (server.Store.List(ResourceType.Jobs).Count > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
    }

    private static PodLife LifeOf(string job, string command, ConcurrentDictionary<string, long> ended) => command switch
    {
        "hold" => PodLife.RunsForever("begun\n"),

        // Spread over some seconds, so that each is an event of its own.
        "decide" => PodLife.Starts().Writes("done\n")
            .For(TimeSpan.FromMilliseconds(3000 + (Math.Abs(job.GetHashCode(StringComparison.Ordinal)) % 4000)))
            .Then(TimeSpan.Zero, _ => ended[job] = Stopwatch.GetTimestamp()).Exits(0),
        _ => PodLife.Succeeds("done\n"),
    };

    private static async Task<JobControllerHost> StartAsync(string folder, KubernetesApiServer server)
    {
        string kubeconfig = Path.Combine(folder, "kubeconfig");
        await File.WriteAllTextAsync(kubeconfig, server.Kubeconfig());
        string backends = Path.Combine(folder, "backends.yaml");
        await File.WriteAllTextAsync(backends, $"backends:\n  kubernetes:\n    kind: kubernetes\n    kubeconfig: {kubeconfig}\n");
        ServiceSettings settings = ServiceSettings.Read(
            new Dictionary<string, string>
            {
                ["SCAILFIN_DATA"] = folder,
                ["SCAILFIN_LISTEN"] = "http://127.0.0.1:0",
                ["SCAILFIN_BACKENDS"] = backends,
                ["PATH"] = "/usr/bin",
            },
            ServiceMode.Standalone);
        JobControllerHost host = await JobControllerHost.StartAsync(settings, beside: true, CancellationToken.None);
        await host.BecomeActiveAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
        return host;
    }

    private static void Say(string name, double value) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {value:0.###}"));

    private sealed class Load(HttpClient http, string workspace)
    {
        public async Task ToTheEndAsync(int count, int clients) => await Task.WhenAll(Enumerable.Range(0, clients).Select(async number =>
        {
            foreach (string id in await SubmitAllAsync((count / clients) + (number < count % clients ? 1 : 0), 1, "true"))
                await EndAsync(id);
        }));

        public async Task<List<string>> SubmitAllAsync(int count, int clients, string command)
        {
            var ids = new ConcurrentQueue<string>();
            await Task.WhenAll(Enumerable.Range(0, clients).Select(async number =>
            {
                for (int i = number; i < count; i += clients)
                    ids.Enqueue(await SubmitAsync(command));
            }));
            return [.. ids];
        }

        /// <summary>When a client first saw that it is terminal.</summary>
        public async Task<long> EndAsync(string id)
        {
            while (true)
            {
                using JsonDocument job = JsonDocument.Parse(await http.GetByteArrayAsync(new Uri($"/jobs/{id}", UriKind.Relative)));
                string status = job.RootElement.GetProperty("status").GetString()!;
                if (status == "finished")
                    return Stopwatch.GetTimestamp();
                if (status is "failed" or "stopped")
                    throw new InvalidOperationException($"Job {id} is {status}.");
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            }
        }

        private async Task<string> SubmitAsync(string command)
        {
            string body =
                "{\"job_name\":\"step\",\"workflow_uuid\":\"0b0a4b5e-5b2c-4e7f-9a0e-0d3c8d6a1f11\","
                    + $"\"workflow_workspace\":\"{workspace}\",\"docker_img\":\"image\","
                    + $"\"cmd\":\"{Convert.ToBase64String(Encoding.UTF8.GetBytes(command))}\",\"cvmfs_mounts\":\"false\"}}";
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using HttpResponseMessage answer = await http.PostAsync(new Uri("/jobs", UriKind.Relative), content);
            string text = await answer.Content.ReadAsStringAsync();
            if ((int)answer.StatusCode != 201)
                throw new InvalidOperationException($"POST /jobs: {(int)answer.StatusCode} {text}");
            using JsonDocument json = JsonDocument.Parse(text);
            return json.RootElement.GetProperty("job_id").GetString()!;
        }
    }
}
