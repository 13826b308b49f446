using System.Collections.Concurrent;
using System.Globalization;
using Scailfin.Testing;
using Scailfin.Testing.Containers;

namespace Scailfin.EndToEnd.Tests.HTCondor;

/// <summary>Figures, not tests: run by bench/htcondor-manager.</summary>
public sealed class PoolBenchmark
{
    private const int JobsOfWorkflow = 50;
    private const int WorkflowsAtOnce = 4;

    /// <summary>Many slots, and nothing between jobs: the pool's own pauses are not what is measured.</summary>
    private const string ManyShortJobs = """
        NUM_CPUS = 64
        MEMORY = 65536
        CLAIM_WORKLIFE = 1200
        SHADOW_WORKLIFE = 3600
        SEC_DEFAULT_SESSION_DURATION = 3600
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>From a step's last word to a terminal status in the API, with its output in the workspace and its log in the API.</summary>
    [Fact(Explicit = true)]
    public async Task Latency_in_the_API()
    {
        int count = Number("BENCH_JOBS", 50);
        await using HpcContainer site = Site("");
        await site.StartPoolAsync();
        SiteFolder folder = await SiteFolder.MakeAsync(site, "alice", Backends);
        await using SiteService service = await SiteService.StartAsync(folder);
        ConcurrentBag<double> latencies = [];
        await Task.WhenAll(Enumerable.Range(0, count).Select(async number =>
        {
            string id = await service.SubmitAsync(
                folder.Workspace, $"sleep {number * 20 / count}.{number % 10}; echo out >out-{number}; date +%s%3N");
            await Eventually.TrueAsync(
                async () => await service.StatusAsync(id) is "finished" or "failed", "its end", () => folder.Picture);
            long now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            Assert.True(File.Exists($"{folder.Workspace}/out-{number}"));
            string log = await service.Http.GetStringAsync($"/jobs/{id}/logs", Cancellation);
            latencies.Add(now - long.Parse(log.Trim(), CultureInfo.InvariantCulture));
        }));
        double[] sorted = [.. latencies.Order()];
        Console.WriteLine($"latency in the API of {count} ends, ms: median {sorted[count / 2]:0}, p95 {sorted[(int)(count * 0.95)]:0}, "
            + $"largest {sorted[^1]:0}");
    }

    /// <summary>Workflows of short jobs, some at a time: memory, and what is left behind.</summary>
    [Fact(Explicit = true)]
    public async Task Many_short_jobs()
    {
        int count = Number("BENCH_JOBS", 5000);
        await using HpcContainer site = Site(ManyShortJobs);
        await site.StartPoolAsync();
        SiteFolder folder = await SiteFolder.MakeAsync(site, "alice", Backends);
        await using SiteService service = await SiteService.StartAsync(folder);
        long begin = TimeProvider.System.GetTimestamp();
        int done = 0;
        int wrong = 0;
        Console.WriteLine("| jobs | s | service RSS, MB | its files | worker RSS, MB |");
        Console.WriteLine("|---|---|---|---|---|");
        await SayMemoryAsync(folder, 0, TimeSpan.Zero);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count / JobsOfWorkflow),
            new ParallelOptions { MaxDegreeOfParallelism = WorkflowsAtOnce, CancellationToken = Cancellation },
            async (workflow, _) =>
            {
                string workspace = $"{folder.Shared}/{workflow}";
                (await site.ExecAsync("alice", "mkdir", workspace)).OutputOfSuccess();
                await RunWorkflowAsync(service, workspace, onWrong: () => Interlocked.Increment(ref wrong));
                int all = Interlocked.Add(ref done, JobsOfWorkflow);
                if (all % Number("BENCH_EVERY", 500) == 0)
                    await SayMemoryAsync(folder, all, TimeProvider.System.GetElapsedTime(begin));
            });
        TimeSpan took = TimeProvider.System.GetElapsedTime(begin);
        string queue = "";
        await Eventually.TrueAsync(async () => (queue = await QueueAsync(site)).Length == 0, "the queue is empty", () => queue);
        await SayMemoryAsync(folder, done, TimeProvider.System.GetElapsedTime(begin));
        Console.WriteLine($"| {done} jobs | {took.TotalSeconds:0} s, {done / took.TotalSeconds:0.0} jobs/s, {wrong} not finished |");
        Console.WriteLine($"| left in the queue | {(await QueueAsync(site)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length} |");
        Console.WriteLine($"| entries of the history | {await CountAsync(site, "condor_history -af ClusterId | wc -l")} |");
        Console.WriteLine("| files and folders of jobs in the spool directory | "
            + $"{await CountAsync(site, "find /var/spool/condor -mindepth 1 -name 'cluster*' | wc -l")} |");
        Console.WriteLine("| attempts' directories, claims and event logs in workspaces | "
            + $"{await CountAsync(site, $"find {folder.Root}/workspaces -path '*/.scailfin*' | wc -l")} |");
        Console.WriteLine($"| outputs in workspaces | {await CountAsync(site, $"find {folder.Root}/workspaces -name 'out-*' | wc -l")} |");
        Console.WriteLine("| execute directories | "
            + $"{await CountAsync(site, "find /var/lib/condor/execute -mindepth 1 -maxdepth 1 -name 'dir_*' | wc -l")} |");
        Console.WriteLine(
            $"| temporary files of alice | {await CountAsync(site, $"find /tmp -user alice -not -path '{folder.Root}*' | wc -l")} |");
    }

    private static async Task RunWorkflowAsync(SiteService service, string workspace, Action onWrong)
    {
        string[] ids = await Task.WhenAll(
            Enumerable.Range(0, JobsOfWorkflow).Select(number => service.SubmitAsync(workspace, $"echo out >out-{number}")));
        var open = new HashSet<string>(ids, StringComparer.Ordinal);
        while (open.Count > 0)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, Cancellation);
            foreach (string id in open.ToArray())
            {
                string status = await service.StatusAsync(id);
                if (status is "queued" or "running" or "created")
                    break;
                open.Remove(id);
                if (status != "finished")
                    onWrong();
            }
        }
    }

    private static async Task SayMemoryAsync(SiteFolder folder, int jobs, TimeSpan since)
    {
        string service = await ShellAsync(
            folder.Site,
            $"p=$(cat {folder.Root}/service.pid); awk '/VmRSS/ {{ printf \"%.1f\", $2 / 1024 }}' /proc/$p/status; "
                + "echo \" | $(ls /proc/$p/fd | wc -l)\"");
        string worker = await ShellAsync(
            folder.Site,
            "for p in $(pgrep -f '[h]tcondor-net-worker'); do awk '/VmRSS/ { printf \"%.1f \", $2 / 1024 }' /proc/$p/status; done");
        Console.WriteLine($"| {jobs} | {since.TotalSeconds:0} | {service.Trim()} | {worker.Trim()} |");
    }

    private static Task<string> QueueAsync(HpcContainer site) => ShellAsync(site, "condor_q -allusers -af ClusterId");

    private static async Task<string> CountAsync(HpcContainer site, string script) => (await ShellAsync(site, script)).Trim();

    private static async Task<string> ShellAsync(HpcContainer site, string script) =>
        (await site.ExecAsync("root", "sh", "-c", script)).Output.Trim();

    private static HpcContainer Site(string configuration) => new()
    {
        Options = new HpcOptions
        {
            CondorConfiguration = configuration,
            ReadOnlyMounts = [Path.GetDirectoryName(PublishedProgram.Path)!, PublishedProgram.CondorWorker],
        },
    };

    private static string Backends =>
        $"""
        backends:
          pool:
            kind: htcondor
            staging: transfer
            runtimes: [none]
            transport: native
            worker: {PublishedProgram.CondorWorker}
            memory_mb: 32
            disk_mb: 1
        """;

    private static int Number(string name, int byDefault) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out int value) ? value : byDefault;
}
