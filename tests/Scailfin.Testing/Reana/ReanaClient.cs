using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace Scailfin.Testing.Reana;

/// <summary>
/// REANA's <c>JobControllerAPIClient</c> (contract B.2): the same requests by the same document, validated before they are sent, and every
/// answer validated as bravado does. It takes no second try.
/// </summary>
/// <param name="address">Where the job controller answers; the requests name <c>0.0.0.0:5000</c>, as REANA's do.</param>
/// <param name="workflow">The workflow that jobs belong to.</param>
/// <param name="workspace">The workflow's workspace.</param>
public sealed class ReanaClient(Uri address, string workflow, string workspace) : IDisposable
{
    private readonly ReanaConnection _connection = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary><c>check_connection_to_job_controller</c>: the engine's question before it begins, with plain HTTP.</summary>
    public async Task<bool> IsReachableAsync() => (await GetAsync("/jobs")).Status == HttpStatusCode.OK;

    /// <summary>Submits a step again and again until something listens: the first connection that is accepted must lead to a job.</summary>
    public async Task<string> SubmitAtOnceAsync(string command, JsonObject? options = null)
    {
        while (true)
        {
            try
            {
                return await SubmitAsync(command, options);
            }
            catch (HttpRequestException exception)
                when (exception.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
            {
                Cancellation.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary><c>submit</c>: returns the id of the job.</summary>
    /// <param name="command">The step's command.</param>
    /// <param name="options">Fields that an engine sends only when the workflow has them.</param>
    /// <exception cref="ReanaSubmissionException">The job was not accepted.</exception>
    public async Task<string> SubmitAsync(string command, JsonObject? options = null)
    {
        JsonObject job = options?.DeepClone().AsObject() ?? [];
        job["docker_img"] = "docker.io/library/busybox:1.36";
        job["cmd"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(command));
        job["prettified_cmd"] = command;
        job["env_vars"] = new JsonObject();
        job["workflow_workspace"] = workspace;
        job["job_name"] = "step";
        job["cvmfs_mounts"] = "false";
        job["workflow_uuid"] = workflow;
        try
        {
            ReanaAnswer answer = await CallAsync("create_job", ("job", JsonSerializer.SerializeToElement(job)));
            return answer.Json.GetProperty("job_id").GetString()!;
        }
        catch (ReanaHttpException exception)
        {
            // An answer that is not JSON ends REANA's client with another error than this one, and so does this line.
            JsonElement error = exception.Answer.Json;
            throw new ReanaSubmissionException(error.TryGetProperty("message", out JsonElement message) ? message.ToString() : "");
        }
    }

    /// <summary><c>check_status</c>.</summary>
    public async Task<string> StatusAsync(string job) =>
        (await CallAsync("get_job", ("job_id", job))).Json.GetProperty("status").GetString()!;

    /// <summary><c>get_logs</c>: the text, whatever its type.</summary>
    public async Task<string> LogsAsync(string job) => (await CallAsync("get_logs", ("job_id", job))).Text;

    /// <summary><c>check_if_cached</c>: the answer as it is.</summary>
    public Task<ReanaAnswer> CheckIfCachedAsync(string jobSpec, string workflowJson) => CallAsync(
        "check_if_cached", ("job_spec", jobSpec), ("workflow_json", workflowJson), ("workflow_workspace", workspace));

    /// <summary>The operation <c>delete_job</c>, which no engine calls.</summary>
    public Task<ReanaAnswer> DeleteAsync(string job) => CallAsync("delete_job", ("job_id", job), ("compute_backend", "kubernetes"));

    /// <summary>Calls any operation of the document.</summary>
    public async Task<ReanaAnswer> CallAsync(string operation, params (string Name, object Value)[] arguments)
    {
        ReanaOperation called = ReanaApi.Operations[operation];
        using HttpRequestMessage request = called.Request(address, arguments.ToDictionary(one => one.Name, one => one.Value));
        ReanaAnswer answer = await _connection.SendAsync(request, Cancellation);
        called.Validate(answer);
        return answer;
    }

    /// <summary>A plain GET, as of the kubelet.</summary>
    public async Task<ReanaAnswer> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, path));
        return await _connection.SendAsync(request, Cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();
}
