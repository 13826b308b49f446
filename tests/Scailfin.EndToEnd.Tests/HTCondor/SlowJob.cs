using System.Net;
using System.Text.Json;
using Scailfin.Testing;

namespace Scailfin.EndToEnd.Tests.HTCondor;

/// <summary>
/// A job of a pool with a workspace on a small disk of its own. Its step has begun, and makes its output once it may go on.
/// </summary>
internal sealed class SlowJob : IAsyncDisposable
{
    public const int OutputBytes = 1_500_000;
    private const int DiskBytes = 4 << 20;

    private readonly SiteService _service;
    private readonly SiteFolder _folder;
    private readonly string _name;
    private readonly string _id;

    private SlowJob(SiteService service, SiteFolder folder, string name, string id)
    {
        _service = service;
        _folder = folder;
        _name = name;
        _id = id;
    }

    public string Workspace => WorkspaceOf(_folder, _name);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="service">The service.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="backend">The backend.</param>
    /// <param name="name">A name that no other job has.</param>
    /// <param name="retries">Whether the step tries again where there is no room for its output.</param>
    public static async Task<SlowJob> BeginAsync(SiteService service, SiteFolder folder, string backend, string name, bool retries)
    {
        string workspace = WorkspaceOf(folder, name);
        string mount = $"mkdir {workspace} && mount -t tmpfs -o size={DiskBytes},mode=755,uid=1001,gid=1001 disk {workspace}";
        (await folder.Site.ExecAsync("root", "sh", "-c", mount)).OutputOfSuccess();
        string mark = $"{folder.Marks}/{name}";
        string step = $"echo begun; : >{mark}.begun; until [ -e {mark}.go ]; do sleep 0.1; done; "
            + $"until head -c {OutputBytes} /dev/urandom >out; do : >{mark}.full; {(retries ? "sleep 0.1" : "exit 1")}; done; "
            + $"sha256sum <out >{mark}.sum; echo made";
        Dictionary<string, object> request = ServiceClient.Request(workspace, step);
        request["compute_backend"] = backend;
        (HttpStatusCode status, JsonElement body) = await service.PostAsync(request);
        Assert.True(status == HttpStatusCode.Created, $"POST /jobs: {status} {body}");
        var job = new SlowJob(service, folder, name, body.GetProperty("job_id").GetString()!);
        await Eventually.TrueAsync(() => File.Exists(job.Mark("begun")), "the step begins", () => folder.Picture);
        return job;
    }

    /// <summary>A file that step and test see, whatever becomes of the workspace.</summary>
    public string Mark(string what) => $"{_folder.Marks}/{_name}.{what}";

    /// <summary>Lets the step make its output.</summary>
    public Task GoOnAsync() => File.WriteAllTextAsync(Mark("go"), "", Cancellation);

    /// <summary>Fills the disk, up to so many bytes.</summary>
    public Task FillAsync(int left = 0) => RootAsync(
        $"dd if=/dev/zero of={Workspace}/filler bs=4096 2>/dev/null; truncate -s -{left / 4096 * 4096} {Workspace}/filler");

    /// <summary>Makes room again.</summary>
    public Task EmptyAsync() => RootAsync($"rm {Workspace}/filler");

    /// <summary>Takes the workspace from its place; those who have it open keep it.</summary>
    public Task DetachAsync() => RootAsync($"umount -l {Workspace}");

    /// <summary>Sends a signal to the process of the submit machine that takes the job's files.</summary>
    public async Task SignalShadowAsync(string signal)
    {
        string[] query = ["condor_q", "-constraint", $"ScailfinJobId == \"{_id}\"", "-af", "ClusterId"];
        string cluster = (await _folder.Site.ExecAsync("alice", query)).OutputOfSuccess().Trim();
        await RootAsync($"pkill -{signal} -f '[c]ondor_shadow.* {cluster}.0 '");
    }

    /// <summary>Waits until a command succeeds.</summary>
    public Task UntilAsync(string command, string what) => Eventually.TrueAsync(
        async () => (await _folder.Site.ExecAsync("root", "sh", "-c", command)).ExitCode == 0, what, () => _folder.Picture);

    /// <summary>What the service says of the job now.</summary>
    public async Task<string> ExplainAsync() => (await _service.GetAsync($"/jobs/{_id}/explain")).Body.ToString();

    /// <summary>Waits until the job's explanation says something.</summary>
    public async Task UntilExplainedAsync(string text)
    {
        string said = "";
        await Eventually.TrueAsync(
            async () => (said = await ExplainAsync()).Contains(text, StringComparison.OrdinalIgnoreCase),
            $"the explanation says '{text}'",
            () => said);
    }

    /// <summary>Waits for the job's end.</summary>
    public async Task<JobEnd> EndAsync()
    {
        string said = "";
        await Eventually.TrueAsync(
            async () =>
            {
                said = await ExplainAsync();
                return await _service.StatusAsync(_id) is "finished" or "failed" or "stopped";
            },
            "the job ends",
            () => $"{said} {_folder.Picture}",
            silence: TimeSpan.FromSeconds(60));
        return JobEnd.Of(
            (await _service.GetAsync($"/jobs/{_id}/explain")).Body,
            await _service.Http.GetStringAsync($"/jobs/{_id}/logs", Cancellation));
    }

    /// <summary>Waits for the job's end; it must be finished, with all that the step made.</summary>
    public async Task AssertFinishedAsync()
    {
        JobEnd end = await EndAsync();
        Assert.True(end.Status == "finished", end.ToString());
        string arrived = (await _folder.Site.ExecAsync("root", "sh", "-c", $"sha256sum <{Workspace}/out")).OutputOfSuccess();
        Assert.Equal(await File.ReadAllTextAsync(Mark("sum"), Cancellation), arrived);
    }

    public async ValueTask DisposeAsync() => await _folder.Site.ExecAsync("root", "umount", "-l", Workspace);

    private static string WorkspaceOf(SiteFolder folder, string name) => $"{folder.Shared}/{name}";

    private async Task RootAsync(string command) =>
        (await _folder.Site.ExecAsync("root", "sh", "-c", command)).OutputOfSuccess();
}

/// <summary>What the service says of a job that has ended.</summary>
internal sealed record JobEnd(string Status, string? Phase, int? ExitCode, string Text, string Logs)
{
    public static JobEnd Of(JsonElement explanation, string logs)
    {
        JsonElement evidence = explanation.GetProperty("evidence");
        JsonElement code = evidence.GetProperty("exit_code");
        return new JobEnd(
            explanation.GetProperty("status").GetString()!,
            evidence.GetProperty("failed_phase").GetString(),
            code.ValueKind == JsonValueKind.Number ? code.GetInt32() : null,
            evidence.GetProperty("text").GetString()!,
            logs);
    }

    /// <summary>The step's words come first and the reason last, and no sentence is a parser's.</summary>
    public void AssertLog(string begins)
    {
        Assert.StartsWith(begins, Logs, StringComparison.Ordinal);
        Assert.EndsWith($"{Text}\n", Logs, StringComparison.Ordinal);
        Assert.DoesNotContain("isFinalBlock", Logs, StringComparison.Ordinal);
    }
}
