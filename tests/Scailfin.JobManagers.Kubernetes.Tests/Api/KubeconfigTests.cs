using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Scailfin.Core.JobManagers;
using Scailfin.JobManagers.Kubernetes.Api;
using Scailfin.JobManagers.Kubernetes.Options;
using Scailfin.Testing;
using Scailfin.Testing.Kubernetes;

namespace Scailfin.JobManagers.Kubernetes.Tests.Api;

/// <summary>The ways in which a kubeconfig gives credentials.</summary>
public sealed class KubeconfigTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("scailfin-kubeconfig-").FullName;
    private KubernetesApiServer _server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Kubeconfig => Path.Combine(_folder, "config");

    public async ValueTask InitializeAsync() =>
        _server = await KubernetesApiServer.StartAsync(new ApiServerOptions { RunsControllers = false, Https = true });

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_token_file_is_read_again_when_the_server_refuses_its_token()
    {
        await WriteAsync("tokenFile: token");
        await File.WriteAllTextAsync(Path.Combine(_folder, "token"), "old\n", Cancellation);
        using var connection = Connect(TimeProvider.System);
        Assert.Equal(401, await AskAsync(connection));
        await File.WriteAllTextAsync(Path.Combine(_folder, "token"), _server.Token + "\n", Cancellation);
        Assert.Equal(404, await AskAsync(connection));
    }

    [Fact]
    public async Task A_plug_in_gives_a_token()
    {
        await WriteAsync(Plugin($$$"""echo '{"kind":"ExecCredential","status":{"token":"{{{_server.Token}}}"}}'"""));
        using var connection = Connect(TimeProvider.System);
        Assert.Equal(404, await AskAsync(connection));
    }

    [Fact]
    public async Task A_plug_in_that_hangs_is_killed_at_its_deadline_with_its_children()
    {
        string mark = Path.Combine(_folder, "pid");
        await WriteAsync(Plugin($"sleep 600 & echo $! >{mark}; wait"));
        var time = new FakeTimeProvider();
        using var connection = Connect(time);
        Task<int>[] asking = [AskAsync(connection), AskAsync(connection)];
        string pid = await Eventually.ValueAsync(
            () => Task.FromResult(File.Exists(mark) && File.ReadAllText(mark) is [.., '\n'] text ? text.Trim() : null),
            "the plug-in runs");
        time.Advance(CredentialPlugin.Deadline);
        foreach (Task<int> answer in asking)
        {
            string message = (await Assert.ThrowsAsync<ApiUnreachableException>(() => answer)).Message;
            Assert.Contains("did not end within 20 s and was killed", message, StringComparison.Ordinal);
        }

        await Eventually.TrueAsync(() => !Directory.Exists($"/proc/{pid}"), "its child is gone");
    }

    [Fact]
    public async Task A_request_does_not_wait_for_a_plug_in_longer_than_it_is_wanted()
    {
        await WriteAsync(Plugin("sleep 600"));
        using var connection = Connect(new FakeTimeProvider());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task<int> asking = AskAsync(connection, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    [Fact]
    public async Task A_plug_in_that_fails_is_quoted()
    {
        await WriteAsync(Plugin("echo 'no login' >&2; exit 3"));
        using var connection = Connect(TimeProvider.System);
        string message = (await Assert.ThrowsAsync<ApiUnreachableException>(() => AskAsync(connection))).Message;
        Assert.Contains("ended with 3: no login", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("auth-provider: {name: gcp}", "auth-provider")]
    [InlineData("token: x\n    as: root", "as")]
    public async Task A_member_that_is_not_honoured_is_refused_at_start(string user, string member)
    {
        await WriteAsync(user);
        var options = new BackendOptions("k", new Dictionary<string, object> { ["kubeconfig"] = Kubeconfig });
        KubernetesOptions.Read(options, new KubernetesOptions());
        Assert.Contains($"user 'test' has {member}, but only", Assert.Single(options.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Why_a_server_is_not_trusted_is_said_in_the_innermost_words()
    {
        string text = _server.Kubeconfig();
        string authority = text.Split('\n').Single(line => line.Contains("certificate-authority-data", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Kubeconfig, text.Replace(authority + "\n", "", StringComparison.Ordinal), Cancellation);
        using var connection = Connect(TimeProvider.System);
        string message = (await Assert.ThrowsAsync<ApiUnreachableException>(() => AskAsync(connection))).Message;
        Assert.DoesNotContain("inner exception", message, StringComparison.Ordinal);
        Assert.Contains("certificate", message, StringComparison.Ordinal);
    }

    private static string Plugin(string script) =>
        $"exec: {{apiVersion: client.authentication.k8s.io/v1, command: sh, args: [-c, {JsonSerializer.Serialize(script)}]}}";

    private ApiConnection Connect(TimeProvider time) =>
        new(new ApiConfiguration(Kubeconfig, context: null), 8, time);

    /// <summary>The status of the answer; 404 where the token is good.</summary>
    private static async Task<int> AskAsync(ApiConnection connection, CancellationToken? cancellation = null) =>
        (await new KubernetesApi(connection, "default").GetJobAsync("none", cancellation ?? Cancellation)).Refusal!.Code;

    private async Task WriteAsync(string user)
    {
        string text = _server.Kubeconfig();
        await File.WriteAllTextAsync(
            Kubeconfig, text.Replace($"token: {_server.Token}", user, StringComparison.Ordinal), Cancellation);
    }
}
