using Microsoft.Extensions.Time.Testing;
using Scailfin.Testing;
using Scailfin.Testing.Kubernetes;
using Scailfin.Testing.Kubernetes.Controllers;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.EndToEnd.Tests;

/// <summary>The published program with a Kubernetes API server, over TLS; the clock of its pods is the test's.</summary>
public sealed class KubernetesTests
{
    [Fact]
    public async Task Jobs_in_Kubernetes_run_finish_fail_and_are_stopped_and_nothing_of_them_is_left()
    {
        _ = PublishedProgram.Path;
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using KubernetesApiServer server = await KubernetesApiServer.StartAsync(new ApiServerOptions { Https = true, Time = time });
        server.Lives.Are(pod => ShellLife.Of(pod).OnSignal(143, output: "last words\n"));
        await using var folder = ServiceFolder.OfKubernetes(server.Kubeconfig());
        await using ServiceProcess service = await ServiceProcess.StartAsync(folder);
        string workspace = folder.Workspace("w");
        string finishing = await service.SubmitAsync(workspace, "echo hello; sleep 60; echo bye", "image");
        string failing = await service.SubmitAsync(workspace, "echo oh; exit 3", "image");
        string stopped = await service.SubmitAsync(workspace, "echo begun; sleep infinity", "image");

        await service.WaitForAsync(failing, "failed");
        await service.WaitForAsync(finishing, "running");
        await service.WaitForAsync(stopped, "running");
        using (HttpResponseMessage answer = await service.Http.DeleteAsync($"/jobs/{stopped}", TestContext.Current.CancellationToken))
            Assert.True(answer.IsSuccessStatusCode);
        await service.WaitForAsync(stopped, "stopped");
        Assert.Equal("running", await service.StatusAsync(finishing));
        await server.SettledAsync();
        time.Advance(TimeSpan.FromSeconds(61));
        await service.WaitForAsync(finishing, "finished");

        Assert.Equal("job: :\n hello\nbye\n\n\nCompleted\n", await LogsAsync(finishing));
        Assert.StartsWith("job: :\n oh\n\n\nError\n", await LogsAsync(failing), StringComparison.Ordinal);
        Assert.StartsWith("job: :\n begun\nlast words\n", await LogsAsync(stopped), StringComparison.Ordinal);
        await Eventually.TrueAsync(() => server.Store.List(ResourceType.Jobs).Count == 0, "nothing is left in the cluster");
        Assert.Null(server.Failure);

        Task<string> LogsAsync(string id) => service.Http.GetStringAsync($"/jobs/{id}/logs", TestContext.Current.CancellationToken);
    }
}
