using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Scailfin.Bench;

/// <summary>Measures one fresh service; every figure is a line <c>name value</c>. CPU is that of the service's process.</summary>
internal sealed class Load(Uri address, string token, string workspace, int pid)
{
    private const int Clients = 8;
    private const int Posts = 4000;
    private const int Gets = 20000;
    private const int Small = 1000;
    private const int Large = 10000;

    /// <summary>The workflow of all jobs: REANA's tables must have it (run.sh makes the row).</summary>
    private const string Workflow = "0b0a4b5e-5b2c-4e7f-9a0e-0d3c8d6a1f11";

    private static readonly string Command = Convert.ToBase64String(Encoding.UTF8.GetBytes("cd /workspace && python3 step.py --n 1000"));

    /// <summary>Throughput, and CPU a request.</summary>
    public async Task RatesAsync()
    {
        Warm();
        Terminal(300);
        await PostsAsync();
        Gets1();
    }

    /// <summary>What live jobs cost, and how long the list of many takes.</summary>
    public void Tracked()
    {
        Hold(Small);
        Say("memory_1000_mb", Memory());
        Lists("list_1000");
        Hold(Large - Small);
        Say("memory_10000_mb", Memory());
        Lists("list");
    }

    /// <summary>POST from several clients at once, each waiting for the durable answer.</summary>
    private async Task PostsAsync()
    {
        double cpu = Cpu();
        long begin = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Factory.StartNew(
            () =>
            {
                using var client = new Client(address, token);
                for (int i = 0; i < Posts / Clients; i++)
                    Submit(client, "image");
            },
            TaskCreationOptions.LongRunning)));
        Say("post_per_s", Posts / Stopwatch.GetElapsedTime(begin).TotalSeconds);
        Say("post_cpu_ms", (Cpu() - cpu) / Posts * 1000);
        Settle();
        Say("post_to_settled_cpu_ms", (Cpu() - cpu) / Posts * 1000);
    }

    /// <summary>From the first POST until every job is terminal and its log can be read.</summary>
    private void Terminal(int count)
    {
        var ids = new ConcurrentBag<string>();
        double cpu = Cpu();
        long begin = Stopwatch.GetTimestamp();
        Parallel.For(0, Clients, new ParallelOptions { MaxDegreeOfParallelism = Clients }, number =>
        {
            using var client = new Client(address, token);
            List<string> mine =
                [.. Enumerable.Range(0, count / Clients + (number < count % Clients ? 1 : 0)).Select(_ => Submit(client, "image"))];
            foreach (string id in mine)
            {
                while (!Encoding.UTF8.GetString(client.Ask("GET", $"/jobs/{id}").Body.Span)
                    .Contains("\"finished\"", StringComparison.Ordinal))
                    Thread.Yield();
                ids.Add(id);
            }
        });
        Say("terminal_jobs_per_s", count / Stopwatch.GetElapsedTime(begin).TotalSeconds);
        Say("terminal_cpu_ms", (Cpu() - cpu) / count * 1000);
        using var reader = new Client(address, token);
        if (ids.Count != count || ids.Any(id => Encoding.UTF8.GetString(reader.Ask("GET", $"/jobs/{id}/logs").Body.Span) != "done\n"))
            throw new InvalidOperationException("A job is missing, or its log is not what the step wrote.");
    }

    private void Gets1()
    {
        using var client = new Client(address, token);
        string id = Submit(client, "hold");
        double cpu = Cpu();
        long begin = Stopwatch.GetTimestamp();
        for (int i = 0; i < Gets; i++)
            client.Ask("GET", $"/jobs/{id}");
        Say("get_cpu_us", (Cpu() - cpu) / Gets * 1e6);
        Say("get_per_s_1_client", Gets / Stopwatch.GetElapsedTime(begin).TotalSeconds);
    }

    private void Lists(string name)
    {
        using var client = new Client(address, token);
        var times = new List<double>();
        int size = 0;
        double cpu = Cpu();
        for (int i = 0; i < 100; i++)
        {
            long begin = Stopwatch.GetTimestamp();
            size = client.Ask("GET", "/jobs").Body.Length;
            times.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        }

        times.Sort();
        Say($"{name}_p50_ms", times[times.Count / 2]);
        Say($"{name}_p95_ms", times[(int)(times.Count * 0.95)]);
        Say($"{name}_cpu_ms", (Cpu() - cpu) / times.Count * 1000);
        Say($"{name}_mb", size / 1e6);
    }

    private void Hold(int count) => Parallel.For(0, Clients, _ =>
    {
        using var client = new Client(address, token);
        for (int i = 0; i < count / Clients; i++)
            Submit(client, "hold");
    });

    private void Warm()
    {
        using var client = new Client(address, token);
        for (int i = 0; i < 200; i++)
            Submit(client, "image");
        Settle();
    }

    /// <summary>Waits until the service has nothing left to do: its CPU stands still for half a second.</summary>
    private void Settle()
    {
        double last = -1;
        while (Cpu() is var now && now - last > 0.02)
        {
            last = now;
            new ManualResetEventSlim().Wait(500);
        }
    }

    private string Submit(Client client, string image)
    {
        string body =
            $"{{\"job_name\":\"step\",\"workflow_uuid\":\"{Workflow}\",\"workflow_workspace\":\"{workspace}\",\"docker_img\":\"{image}\","
                + $"\"cmd\":\"{Command}\",\"prettified_cmd\":\"python3 step.py\",\"env_vars\":{{}},\"cvmfs_mounts\":\"false\"}}";
        (int status, ReadOnlyMemory<byte> answer) = client.Ask("POST", "/jobs", body);
        if (status != 201)
            throw new InvalidOperationException($"POST /jobs: {status} {Encoding.UTF8.GetString(answer.Span)}");
        using JsonDocument json = JsonDocument.Parse(answer);
        return json.RootElement.GetProperty("job_id").GetString()!;
    }

    private double Cpu()
    {
        string[] fields = File.ReadAllText($"/proc/{pid}/stat").Split(')')[1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / 100.0;
    }

    private double Memory() =>
        long.Parse(
            File.ReadLines($"/proc/{pid}/status")
                .First(line => line.StartsWith("VmRSS", StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture) / 1024.0;

    private static void Say(string name, double value) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {value:0.###}"));
}
