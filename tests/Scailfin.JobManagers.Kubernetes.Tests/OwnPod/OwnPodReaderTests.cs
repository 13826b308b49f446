using System.Net.Http.Headers;
using System.Text;
using Scailfin.JobManagers.Kubernetes.Options;
using Scailfin.JobManagers.Kubernetes.OwnPod;
using Scailfin.Testing.Kubernetes;
using Scailfin.Testing.Kubernetes.Access;

namespace Scailfin.JobManagers.Kubernetes.Tests.OwnPod;

/// <summary>A sidecar reads its own pod, with a kubeconfig in place of its service account.</summary>
public sealed class OwnPodReaderTests : IAsyncLifetime
{
    private readonly string _kubeconfig = Path.GetTempFileName();
    private KubernetesApiServer _server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private OwnPodReader Reader => new(new KubernetesOptions { Kubeconfig = _kubeconfig }, TimeProvider.System);

    public async ValueTask InitializeAsync()
    {
        _server = await KubernetesApiServer.StartAsync(new ApiServerOptions { RunsControllers = false });
        await File.WriteAllTextAsync(_kubeconfig, _server.Kubeconfig(), Cancellation);
        const string Pod = """
            {"metadata":{"name":"batch","labels":{"reana-run-batch-workflow-uuid":"0b0a4b5e-5b2c-4e7f-9a0e-0d3c8d6a1f11"}},
             "spec":{"containers":[
              {"name":"engine","image":"engine","env":[{"name":"WHOSE","value":"engine"}]},
              {"name":"job-controller","image":"controller","env":[{"name":"PLAIN","value":"one"},{"name":"EMPTY"},
                {"name":"PASSWORD","valueFrom":{"secretKeyRef":{"name":"operators","key":"p"}}},{"name":"NODE","valueFrom":{"fieldRef":{"fieldPath":"spec.nodeName"}}}]}]}}
            """;
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(5) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _server.Token);
        using var body = new StringContent(Pod, Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await http.PostAsync(new Uri(_server.Url, "api/v1/namespaces/default/pods"), body, Cancellation);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        File.Delete(_kubeconfig);
    }

    [Fact]
    public async Task Its_variables_are_those_of_its_container_with_their_origin_and_without_secret_values() => Assert.Equal(
        [
            new PodVariable("PLAIN", "one", null), new PodVariable("EMPTY", "", null), new PodVariable("PASSWORD", null, "operators"),
            new PodVariable("NODE", null, null),
        ],
        (await Reader.ReadAsync("batch", "job-controller", Cancellation)).Variables);

    [Fact]
    public async Task Its_workflow_is_that_of_its_label() => Assert.Equal(
        "0b0a4b5e-5b2c-4e7f-9a0e-0d3c8d6a1f11", (await Reader.ReadAsync("batch", "job-controller", Cancellation)).Workflow);

    [Fact]
    public async Task Without_a_container_of_that_name_the_first_one_counts() =>
        Assert.Equal(
            [new PodVariable("WHOSE", "engine", null)], (await Reader.ReadAsync("batch", "renamed", Cancellation)).Variables);

    [Fact]
    public async Task A_pod_that_is_not_there_or_may_not_be_read_or_a_server_that_is_away_is_said()
    {
        Assert.Contains("404", await WhyAsync("other"), StringComparison.Ordinal);
        await File.WriteAllTextAsync(
            _kubeconfig, _server.Kubeconfig(_server.Access.Grant("default", "nobody", Role.Nothing)), Cancellation);
        Assert.Contains("403", await WhyAsync("batch"), StringComparison.Ordinal);
        await _server.GoAwayAsync();
        Assert.Contains("cannot be reached", await WhyAsync("batch"), StringComparison.Ordinal);
    }

    private async Task<string> WhyAsync(string pod) =>
        (await Assert.ThrowsAsync<IOException>(() => Reader.ReadAsync(pod, "job-controller", Cancellation))).Message;
}
