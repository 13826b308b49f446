using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Scailfin.JobManagers.Kubernetes.Objects;

namespace Scailfin.JobManagers.Kubernetes.Api;

/// <summary>
/// The few requests that jobs need (contract C.5), in one namespace. A refusal is a value; no answer is an
/// <see cref="ApiUnreachableException"/>.
/// </summary>
internal sealed class KubernetesApi(ApiConnection connection, string space)
{
    private const int PageSize = 500;
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(30);

    /// <summary>Lists may be long.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2);

    private static readonly byte[] DeleteOptions =
        Encoding.UTF8.GetBytes("""{"kind":"DeleteOptions","apiVersion":"v1","propagationPolicy":"Background"}""");

    /// <summary>Creates a Job. Does not wait for a server that is too busy (429): the job waits in the service's store.</summary>
    public Task<ApiResult<JobObject>> CreateJobAsync(byte[] job, CancellationToken cancellationToken) =>
        AskAsync(
            HttpMethod.Post, Path(ObjectKinds.Jobs), job, ObjectJson.Default.JobObject, cancellationToken, waitsWhenBusy: false);

    public Task<ApiResult<JobObject>> GetJobAsync(string name, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Get, $"{Path(ObjectKinds.Jobs)}/{name}", null, ObjectJson.Default.JobObject, cancellationToken);

    /// <summary>
    /// Deletes a Job, and its pods after it. Null if it is done, or will be once its finalizers are gone: the answer is a status then,
    /// or the Job.
    /// </summary>
    public async Task<ApiRefusal?> DeleteJobAsync(string name, CancellationToken cancellationToken) =>
        (await AskAsync(
            HttpMethod.Delete,
            $"{Path(ObjectKinds.Jobs)}/{name}",
            DeleteOptions,
            ObjectJson.Default.JsonObject,
            cancellationToken)).Refusal;

    /// <summary>Deletes a pod; returns null on success.</summary>
    public async Task<ApiRefusal?> DeletePodAsync(string name, CancellationToken cancellationToken) =>
        (await AskAsync(
            HttpMethod.Delete,
            $"{Path(ObjectKinds.Pods)}/{name}",
            DeleteOptions,
            ObjectJson.Default.JsonObject,
            cancellationToken)).Refusal;

    /// <summary>Gives a pod a deadline, counted from its start: the one field of a running pod's limits that may be changed.</summary>
    public async Task<ApiRefusal?> LimitPodAsync(string name, int seconds, CancellationToken cancellationToken)
    {
        ApiResult<JsonObject> pod =
            await AskAsync(HttpMethod.Get, $"{Path(ObjectKinds.Pods)}/{name}", null, ObjectJson.Default.JsonObject, cancellationToken);
        if (pod.Value is not { } whole)
            return pod.Refusal;
        whole["spec"]!["activeDeadlineSeconds"] = seconds;
        byte[] body = Encoding.UTF8.GetBytes(whole.ToJsonString());
        return (await AskAsync(
            HttpMethod.Put, $"{Path(ObjectKinds.Pods)}/{name}", body, ObjectJson.Default.JsonObject, cancellationToken)).Refusal;
    }

    /// <summary>The names and kinds of a Secret's members.</summary>
    public Task<ApiResult<SecretObject>> GetSecretAsync(string name, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Get, $"api/v1/namespaces/{space}/secrets/{name}", null, ObjectJson.Default.SecretObject, cancellationToken);

    public Task<ApiResult<SecretObject>> CreateSecretAsync(byte[] secret, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Post, $"api/v1/namespaces/{space}/secrets", secret, ObjectJson.Default.SecretObject, cancellationToken);

    /// <summary>Events of one object; REANA's role does not allow it.</summary>
    public Task<ApiResult<ObjectList<EventObject>>> ListEventsAsync(string name, CancellationToken cancellationToken) => AskAsync(
        HttpMethod.Get,
        $"api/v1/namespaces/{space}/events?limit=100&fieldSelector={Uri.EscapeDataString($"involvedObject.name={name}")}",
        null,
        ObjectJson.Default.ObjectListEventObject,
        cancellationToken);

    /// <summary>The variables of a pod's containers.</summary>
    public Task<ApiResult<OwnPodObject>> GetOwnPodAsync(string name, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Get, $"{Path(ObjectKinds.Pods)}/{name}", null, ObjectJson.Default.OwnPodObject, cancellationToken);

    /// <summary>Reads one page of a list of the newest state.</summary>
    public Task<ApiResult<WatchedList<T>>> ListAsync<T>(
        ObjectKind<T> kind, string selector, string? page, CancellationToken cancellationToken)
        where T : class, IWatchedObject
    {
        string query = $"?labelSelector={Uri.EscapeDataString(selector)}&limit={PageSize}"
            + (page is null ? "" : $"&continue={Uri.EscapeDataString(page)}");
        return connection.AskAsync(
            () => Request(HttpMethod.Get, Path(kind) + query, null),
            Long,
            (response, token) => ReadAsync(response, kind.List, token),
            waitsWhenBusy: true,
            cancellationToken);
    }

    /// <summary>Opens a watch from a version on; <paramref name="seconds"/> is when the server is to end it.</summary>
    public Task<ApiStream> WatchAsync<T>(
        ObjectKind<T> kind, string selector, string version, int seconds, CancellationToken cancellationToken)
        where T : class, IWatchedObject =>
        OpenAsync(
            $"{Path(kind)}?watch=true&allowWatchBookmarks=true&labelSelector={Uri.EscapeDataString(selector)}"
                + $"&resourceVersion={Uri.EscapeDataString(version)}&timeoutSeconds={seconds}",
            cancellationToken);

    /// <summary>Opens a container's log, from its beginning.</summary>
    public Task<ApiStream> LogAsync(string pod, string container, bool follow, CancellationToken cancellationToken) => OpenAsync(
        $"{Path(ObjectKinds.Pods)}/{pod}/log?container={Uri.EscapeDataString(container)}{(follow ? "&follow=true" : "")}",
        cancellationToken);

    private string Path<T>(ObjectKind<T> kind)
        where T : class, IWatchedObject =>
        $"{kind.Group}/namespaces/{space}/{kind.Resource}";

    private async Task<ApiStream> OpenAsync(string path, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await connection.OpenAsync(() => Request(HttpMethod.Get, path, null), Short, cancellationToken);
        if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.NoContent)
            return new ApiStream(response, null);
        using (response)
            return new ApiStream(null, await RefusalReader.ReadAsync(response, cancellationToken));
    }

    private Task<ApiResult<T>> AskAsync<T>(
        HttpMethod method,
        string path,
        byte[]? body,
        JsonTypeInfo<T> type,
        CancellationToken cancellationToken,
        bool waitsWhenBusy = true)
        where T : class =>
        connection.AskAsync(
            () => Request(method, path, body),
            Short,
            (response, token) => ReadAsync(response, type, token),
            waitsWhenBusy,
            cancellationToken);

    private static HttpRequestMessage Request(HttpMethod method, string path, byte[]? body)
    {
        // JSON is requested for logs too: the API server sends a log as text anyway, and refuses a request that accepts only text.
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        return request;
    }

    private static async Task<ApiResult<T>> ReadAsync<T>(
        HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        if (!response.IsSuccessStatusCode)
            return new ApiResult<T>(null, await RefusalReader.ReadAsync(response, cancellationToken));
        return new ApiResult<T>(await JsonBody.ReadAsync(response, type, cancellationToken), null);
    }
}
