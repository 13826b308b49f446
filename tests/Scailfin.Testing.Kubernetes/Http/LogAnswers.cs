using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Scailfin.Testing.Kubernetes.Controllers;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Http;

/// <summary>GET pods/NAME/log.</summary>
internal sealed class LogAnswers(ObjectStore store, ContainerLogs logs, TimeProvider time, RequestLog requests)
{
    /// <remarks><c>isCut</c>: half of what there is now is sent, then the connection is reset.</remarks>
    public async Task ServeAsync(HttpContext context, ApiRequest request, bool isCut)
    {
        string accept = context.Request.Headers.Accept.ToString();
        if (accept.Length > 0
            && !accept.Contains("application/json", StringComparison.Ordinal)
            && !accept.Contains("*/*", StringComparison.Ordinal))
        {
            throw new ApiFailureException(new ApiFailure(406, "NotAcceptable",
                "406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf",
                []));
        }
        if (store.Find(ResourceType.Pods, request.Namespace ?? "", request.Name!) is not { } pod)
            throw new ApiFailureException(ApiFailure.NotFound(ResourceType.Pods, request.Name!));
        string container = LogRefusals.ContainerOf(pod, request.Query.GetValueOrDefault("container"));
        if (pod.Spec.Text("nodeName") is null)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }
        if (LogRefusals.Of(pod, container, logs.IsUnreachable(pod.Uid)) is { } refusal)
            throw new ApiFailureException(refusal);

        LogOptions options = LogOptions.Read(request.Query);
        context.Response.ContentType = "text/plain";
        context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
        await context.Response.Body.FlushAsync(context.RequestAborted);
        ContainerLog log = logs.Of(pod.Uid, container);
        if (isCut)
            options = options with { LimitBytes = Math.Max(1, log.ReadFrom(0).Lines.Sum(line => line.Bytes.Length) / 2) };
        requests.AddLog();
        await new LogStream(log, options, time).CopyAsync(context.Response.Body, context.RequestAborted);
        if (isCut)
            context.Abort();
    }
}
