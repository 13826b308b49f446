using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Scailfin.EndToEnd.Tests.Image;

/// <summary>A client that validates answers as REANA's own does, and takes no second try (contract B.2).</summary>
internal sealed class ReanaClient(Uri address)
{
    private static readonly string[] Keys =
        ["cmd", "cvmfs_mounts", "docker_img", "job_id", "max_restart_count", "restart_count", "status"];

    /// <summary>Submits a step again and again until something listens: the first connection that is accepted must lead to a 201.</summary>
    public async Task<string> SubmitAtOnceAsync(string command)
    {
        while (true)
        {
            try
            {
                return await SubmitAsync(command);
            }
            catch (HttpRequestException exception)
                when (exception.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
            {
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    public async Task<string> SubmitAsync(string command)
    {
        var request = new Dictionary<string, object>
        {
            ["docker_img"] = "docker.io/library/busybox:1.36",
            ["cmd"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(command)),
            ["prettified_cmd"] = command,
            ["env_vars"] = new Dictionary<string, string>(),
            ["workflow_workspace"] = ReanaPod.Workspace,
            ["job_name"] = "step",
            ["cvmfs_mounts"] = "false",
            ["workflow_uuid"] = ReanaPod.Workflow,
        };
        using var body = new StringContent(JsonSerializer.Serialize(request), Encoding.UTF8, "application/json");
        using var http = new HttpClient();
        using HttpResponseMessage answer = await http.PostAsync(new Uri(address, "/jobs"), body, TestContext.Current.CancellationToken);
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, $"{answer.StatusCode}: {text}");
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        using JsonDocument json = JsonDocument.Parse(text);
        return json.RootElement.GetProperty("job_id").GetString()!;
    }

    public async Task<string> StatusAsync(string job)
    {
        (HttpStatusCode status, string text) = await GetAsync($"/jobs/{job}");
        Assert.True(status == HttpStatusCode.OK, $"{status}: {text}");
        using JsonDocument json = JsonDocument.Parse(text);
        Assert.Equal(Keys, json.RootElement.EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal));
        Assert.All(json.RootElement.EnumerateObject(), property => Assert.NotEqual(JsonValueKind.Null, property.Value.ValueKind));
        return json.RootElement.GetProperty("status").GetString()!;
    }

    public async Task<(HttpStatusCode Status, string Text)> GetAsync(string path)
    {
        using var http = new HttpClient();
        using HttpResponseMessage answer = await http.GetAsync(new Uri(address, path), TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
