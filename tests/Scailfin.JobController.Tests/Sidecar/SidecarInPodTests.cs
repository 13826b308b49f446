using Microsoft.Extensions.Time.Testing;
using Scailfin.JobController.Logging;
using Scailfin.JobController.Settings;
using Scailfin.JobController.Tests.Hosting;
using Scailfin.JobManagers.Kubernetes.OwnPod;
using Scailfin.Testing;
using Serilog.Events;

namespace Scailfin.JobController.Tests.Sidecar;

/// <summary>
/// A sidecar before and after it has read its own Pod. Engines post as soon as <c>GET /jobs</c> answers, and never again (contract B.3).
/// </summary>
public sealed class SidecarInPodTests
{
    private const string Workflow = "0b0a4b5e-5b2c-4e7f-9a0e-0d3c8d6a1f11";
    private const string Foreign = "\"workflow_uuid\": \"0b0a4b5e-5b2c-4e7f-9a0e-0d3c8d6a1f12\"";

    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource<OwnPodContent> _pod = new();

    private static OwnPodContent Empty { get; } = new([], null);

    [Fact]
    public async Task A_job_that_is_posted_at_once_waits_until_the_pod_is_read()
    {
        await using Edge edge = await StartAsync(token => _pod.Task.WaitAsync(token));
        Assert.Equal("{\"jobs\":[]}\n", (await edge.GetAsync("/jobs")).Text);
        Task<Answer> posting = edge.PostAsync(edge.Request());
        Task<Answer> asking = edge.GetAsync("/jobs/0b0a4b5e-5b2c-4e7f-9a0e-0d3c8d6a1f13");
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(200, (await edge.GetAsync("/healthz")).Status);
        Assert.False(posting.IsCompleted);
        _pod.SetResult(Empty);
        Assert.Equal(201, (await posting).Status);
        Assert.Equal(404, (await asking).Status);
    }

    [Fact]
    public async Task A_job_waits_over_attempts_to_read_the_pod_that_fail()
    {
        int attempts = 0;
        await using Edge edge = await StartAsync(
            _ => Interlocked.Increment(ref attempts) < 4 ? throw new IOException("no rights") : Task.FromResult(Empty));
        Task<Answer> posting = edge.PostAsync(edge.Request());
        await PassAsync(() => posting.IsCompleted, "the job is taken");
        Assert.Equal(201, (await posting).Status);
    }

    [Fact]
    public async Task Where_the_pod_cannot_be_read_within_a_minute_what_changes_something_is_refused_with_the_reason()
    {
        await using Edge edge = await StartAsync(_ => throw new IOException("Kubernetes answered 403 Forbidden: no rights."));
        Task<Answer>[] changing =
        [
            edge.PostAsync(edge.Request()), edge.GetAsync("/shutdown"), edge.SendAsync("DELETE", $"/jobs/{Workflow}/"),
        ];
        Task<Answer> asking = edge.GetAsync($"/jobs/{Workflow}");
        await PassAsync(() => changing.All(answer => answer.IsCompleted), "they are answered");
        foreach (Task<Answer> answer in changing)
        {
            string text = (await answer).Text;
            Assert.Equal(503, (await answer).Status);
            Assert.Contains(
                "its own Pod 'pod': Kubernetes answered 403 Forbidden: no rights.", (await answer).Text, StringComparison.Ordinal);
        }

        Assert.Equal(503, (await edge.PostAsync(edge.Request())).Status);
        Assert.False(asking.IsCompleted);
    }

    [Theory]
    [InlineData("POST", "/jobs/x", 405)]
    [InlineData("PUT", "/jobs", 405)]
    [InlineData("POST", "/healthz", 405)]
    [InlineData("POST", "/nowhere", 404)]
    [InlineData("HEAD", "/jobs", 200)]
    [InlineData("OPTIONS", "/jobs", 200)]
    [InlineData("GET", "/apispec", 200)]
    [InlineData("GET", "/metrics", 200)]
    public async Task What_needs_no_setting_is_answered_before_the_pod_is_read(string method, string path, int status)
    {
        await using Edge edge = await StartAsync(token => _pod.Task.WaitAsync(token));
        Assert.Equal(status, (await edge.SendAsync(method, path)).Status);
    }

    [Fact]
    public async Task A_job_that_waits_is_taken_by_the_settings_of_the_pod_and_the_socket_stays_open()
    {
        string data = Directory.CreateTempSubdirectory("scailfin-pod-").FullName;
        await using Edge edge = await StartAsync(
            token => _pod.Task.WaitAsync(token),
            new Dictionary<string, string>
            {
                ["REANA_VETTED_CONTAINER_IMAGES"] = """{"enabled": false}""",
                ["SCAILFIN_DATA"] = data,
                ["SHARED_VOLUME_PATH"] = "/",
                ["REANA_KUBERNETES_JOBS_TIMEOUT_LIMIT"] = "604800",
                ["REANA_KUBERNETES_JOBS_MAX_USER_TIMEOUT_LIMIT"] = "1209600",
            });
        Uri address = edge.Http.BaseAddress!;
        Task<Answer> posting = edge.PostAsync(edge.Request());
        _pod.SetResult(new OwnPodContent([new PodVariable("REANA_VETTED_CONTAINER_IMAGES", """{"enabled": true}""", null)], null));
        await await Task.WhenAny(posting, (Task)edge.Ended!);
        Answer answer = await posting;
        Assert.True(answer.Status == 403, answer.Text);
        using HttpClient http = edge.As(null);
        Assert.Equal(address, http.BaseAddress);
        Assert.Equal(200, (await Edge.SendAsync(http, "GET", "/healthz")).Status);
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task The_pods_label_tells_the_workflow_where_its_name_does_not()
    {
        await using Edge edge = await StartAsync(_ => Task.FromResult(new OwnPodContent([], Workflow)));
        Assert.Equal(400, (await edge.PostAsync(edge.Request(Foreign))).Status);
        Answer answer = await edge.PostAsync(edge.Request());
        Assert.True(answer.Status == 201, answer.Text);
    }

    private Task<Edge> StartAsync(Func<CancellationToken, Task<OwnPodContent>> read, Dictionary<string, string>? process = null) =>
        Edge.StartAsync(
            settings => settings with
            {
                Mode = ServiceMode.Sidecar,
                PodName = "pod",
                Log = new LogSettings { Level = LogEventLevel.Fatal },
            },
            active: false,
            pod: new Edge.Pod(process ?? [], read, _time));

    /// <summary>Lets time pass, five seconds at a time, until it is so.</summary>
    private Task PassAsync(Func<bool> condition, string what) => Eventually.TrueAsync(
        () =>
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            return condition();
        },
        what);
}
