using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Scailfin.Testing.Kubernetes.Faults;

namespace Scailfin.Testing.Kubernetes.Http;

/// <summary>Where every request comes in: who is it, may they, is a fault planned, and then the resource itself.</summary>
internal sealed class ApiFrontDoor(ApiServerParts parts)
{
    public async Task HandleAsync(HttpContext context)
    {
        CommonHeaders(context.Response);
        try
        {
            await AnswerAsync(context);
        }
        catch (ApiFailureException failed) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, ApiAnswer.Of(failed.Failure));
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
        catch (IOException)
        {
            context.Abort();
        }
        catch (Exception bug)
        {
            parts.Bug(bug);
            context.Abort();
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (parts.Access.Authenticate(context.Request.Headers.Authorization.ToString()) is not { } user)
        {
            WithoutFlowControl(context.Response);
            throw new ApiFailureException(new ApiFailure(401, "Unauthorized", "Unauthorized"));
        }
        if (ServerFacts.Answer(context.Request) is { } facts)
        {
            await WriteAsync(context, facts);
            return;
        }
        if (await parts.Namespaces.AnswerAsync(context.Request) is { } space)
        {
            await WriteAsync(context, space);
            return;
        }
        if (ApiRequest.Parse(context.Request) is not { } request)
            throw new ApiFailureException(new ApiFailure(404, "NotFound", "the server could not find the requested resource", []));
        if (request.Verb == "create")
            request = request with { Body = await PeekAsync(context.Request) };
        parts.Requests.Add(request);
        if (request.Subresource == "log")
            WithoutFlowControl(context.Response);
        Fault? fault = await parts.Faults.FaultForAsync(request, context.RequestAborted);
        if (fault?.Lost == LostAt.Request)
        {
            context.Abort();
            return;
        }
        if (fault?.Lost == LostAt.Never)
            await parts.Faults.UntilHealedAsync(context.RequestAborted);
        if (fault?.DelayedBy > TimeSpan.Zero)
            await Task.Delay(fault.DelayedBy, parts.Time, context.RequestAborted);
        if (parts.Access.Refusal(user, request) is { } forbidden)
        {
            context.Response.Headers.XContentTypeOptions = "nosniff";
            throw new ApiFailureException(forbidden);
        }
        await (fault?.Answer is { } planned ? WriteAsync(context, planned) : ServeAsync(context, request, fault));
    }

    /// <summary>The body, which stays to be read; what is larger than a body may be is refused there.</summary>
    private static async Task<string> PeekAsync(HttpRequest request)
    {
        request.EnableBuffering();
        using var reader = new StreamReader(request.Body, leaveOpen: true);
        string body = await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
        request.Body.Position = 0;
        return body;
    }

    private async Task ServeAsync(HttpContext context, ApiRequest request, Fault? fault)
    {
        if (request.Subresource == "log" && request.Verb == "get")
        {
            await parts.Logs.ServeAsync(context, request, isCut: fault?.Lost == LostAt.Body);
            return;
        }
        if (!Accepts(context.Request))
        {
            throw new ApiFailureException(new ApiFailure(406, "NotAcceptable",
                "406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf",
                []));
        }
        if (request.Verb == "watch")
        {
            await WatchAsync(context, request, fault?.Watch);
            return;
        }
        ApiAnswer answer = await parts.Resources.AnswerAsync(request, context.Request);
        if (fault?.Lost == LostAt.Answer)
            context.Abort();
        else if (fault?.Lost == LostAt.Body)
            await CutAsync(context, answer);
        else
            await WriteAsync(context, answer);
    }

    private async Task WatchAsync(HttpContext context, ApiRequest request, WatchFault? fault)
    {
        if (WatchStream.Refusal(request) is { } refusal)
            throw new ApiFailureException(refusal);
        var wire = new WatchWire(context, fault, parts.Time);
        TimeSpan length = int.TryParse(request.Query.GetValueOrDefault("timeoutSeconds"), out int seconds) && seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : parts.Options.WatchLength;
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, parts.Stopping);
        parts.Faults.Opened(wire);
        try
        {
            await parts.Watches(request, wire).RunAsync(length, end.Token);
        }
        catch (WatchEndedException)
        {
        }
        finally
        {
            parts.Faults.Closed(wire);
        }
    }

    private static async Task CutAsync(HttpContext context, ApiAnswer answer)
    {
        context.Response.StatusCode = answer.Code;
        context.Response.ContentType = answer.ContentType;
        context.Response.ContentLength = answer.Body.Length;
        await context.Response.Body.WriteAsync(answer.Body[..(answer.Body.Length / 2)], context.RequestAborted);
        context.Abort();
    }

    private static Task WriteAsync(HttpContext context, ApiAnswer answer)
    {
        // Go and .NET name 413 differently.
        context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase =
            answer.Code == 413 ? "Request Entity Too Large" : ReasonPhrases.GetReasonPhrase(answer.Code);
        if (answer.ContentType.StartsWith("text/plain", StringComparison.Ordinal))
            context.Response.Headers.XContentTypeOptions = "nosniff";
        return answer.WriteAsync(context);
    }

    private static bool Accepts(HttpRequest request)
    {
        string accept = request.Headers.Accept.ToString();
        return accept.Length == 0
            || accept.Contains("application/json", StringComparison.Ordinal)
            || accept.Contains("*/*", StringComparison.Ordinal)
            || accept.Contains("application/*", StringComparison.Ordinal);
    }

    private static void WithoutFlowControl(HttpResponse response)
    {
        response.Headers.Remove("X-Kubernetes-Pf-Flowschema-Uid");
        response.Headers.Remove("X-Kubernetes-Pf-Prioritylevel-Uid");
    }

    private static void CommonHeaders(HttpResponse response)
    {
        response.Headers["Audit-Id"] = Guid.NewGuid().ToString();
        response.Headers.CacheControl = "no-cache, private";
        response.Headers["X-Kubernetes-Pf-Flowschema-Uid"] = "c0112234-5a0d-44e2-be2d-c02c890e3734";
        response.Headers["X-Kubernetes-Pf-Prioritylevel-Uid"] = "f0747e57-3a98-44b3-966c-10aca08c1f5b";
    }
}
