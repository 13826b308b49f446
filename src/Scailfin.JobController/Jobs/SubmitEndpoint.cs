using System.Text.Json;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Lifecycle;
using Scailfin.JobController.Access;
using Scailfin.JobController.Json;

namespace Scailfin.JobController.Jobs;

/// <summary><c>POST /jobs</c>, in the order of contract A.3.</summary>
internal sealed class SubmitEndpoint(JobService service, JobRequestReader reader, JobManagerRegistry registry, RequestSettings settings)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (!context.Request.HasJsonContentType())
        {
            await JsonAnswer.SendMessageAsync(
                context, StatusCodes.Status415UnsupportedMediaType, "The Content-Type must be application/json.");
            return;
        }

        (string? key, string? bad) = RequestKey.Read(context.Request.Headers);
        if (bad is not null)
        {
            await JsonAnswer.SendMessageAsync(context, StatusCodes.Status400BadRequest, bad);
            return;
        }

        // The request has its own copies of the strings, so the body's buffer is returned to the pool before the wait for a backend.
        if (await ReadAsync(context, key) is not { } request)
            return;
        Caller caller = Caller.Of(context);
        var bounds = new SubmissionBounds
        {
            Limits = caller.IsAdministrator ? null : settings.Users?.Limits,
            Caller = context.RequestAborted,
        };
        await AnswerAsync(context, await service.SubmitAsync(request.Spec, caller.User, request.Key, bounds));
    }

    /// <summary>Steps 1 to 4; null if the request has been answered.</summary>
    private async Task<(JobSpec Spec, IdempotencyKey? Key)?> ReadAsync(HttpContext context, string? key)
    {
        using RequestBody body = await RequestBody.ReadAsync(context, settings.Limits.Body);
        if (body.Problem is { } problem)
        {
            await JsonAnswer.SendMessageAsync(context, problem.Status, problem.Message);
            return null;
        }

        JsonElement root = body.Document!.RootElement;
        if (IsFalsy(root))
        {
            await JsonAnswer.SendMessageAsync(context, StatusCodes.Status400BadRequest, "Empty request");
            return null;
        }

        var problems = new RequestProblems();
        JobSpec? spec = reader.Read(root, Caller.Of(context).User, registry.Default.Name, problems);
        if (spec is null)
        {
            await SendProblemsAsync(context, problems);
            return null;
        }

        if (settings.VettedImages.Allow(spec.DockerImage))
            return (spec, key is null ? null : new IdempotencyKey(key, CanonicalDigest.Of(root)));
        await JsonAnswer.SendMessageAsync(context, StatusCodes.Status403Forbidden, $"Image not allowed: {spec.DockerImage}");
        return null;
    }

    /// <summary>Whether Python would take the value for false.</summary>
    private static bool IsFalsy(JsonElement body) => body.ValueKind switch
    {
        JsonValueKind.Object => !body.EnumerateObject().MoveNext(),
        JsonValueKind.Array => body.GetArrayLength() == 0,
        JsonValueKind.String => body.ValueEquals(""u8),
        JsonValueKind.Number => body.GetDouble() == 0,
        JsonValueKind.True => false,
        _ => true,
    };

    /// <summary>Sends the problems under <c>message</c>; REANA 0.9 has them at the top level (contract J).</summary>
    private Task SendProblemsAsync(HttpContext context, RequestProblems problems) =>
        JsonAnswer.SendAsync(context, StatusCodes.Status400BadRequest, json =>
        {
            if (settings.OlderReana)
            {
                problems.Write(json);
                return;
            }

            json.WriteStartObject();
            json.WritePropertyName("message");
            problems.Write(json);
            json.WriteEndObject();
        });

    private static Task AnswerAsync(HttpContext context, SubmitResult result) => result switch
    {
        SubmitResult.Accepted accepted => JsonAnswer.SendAsync(context, 201, json =>
        {
            json.WriteStartObject();
            json.WriteString("job_id", accepted.Job.Id.ToString());
            json.WriteEndObject();
        }),

        // Upstream reports only the first problem.
        SubmitResult.Invalid invalid => JsonAnswer.SendMessageAsync(
            context, invalid.Problems[0].Forbidden ? 403 : 400, invalid.Problems[0].Message),
        SubmitResult.UnknownBackend unknown => SendUnknownBackendAsync(context, Excerpt.Of(unknown.Message, JsonAnswer.LongestMessage)),
        SubmitResult.Rejected rejected => JsonAnswer.SendMessageAsync(context, 500, $"Job submission failed. \n{rejected.Reason}"),
        SubmitResult.KeyReused reused => JsonAnswer.SendMessageAsync(
            context, 409, $"The Idempotency-Key came before with another request, which made job {reused.Id}; nothing was stored."),
        SubmitResult.OverLimit over => TooMany.SendAsync(context, over.Reason, over.RetryAfter),
        SubmitResult.Unavailable unavailable => JsonAnswer.SendMessageAsync(context, 503, unavailable.Reason),
        SubmitResult.ShuttingDown => JsonAnswer.SendMessageAsync(context, 400, "Cannot create new jobs, shutting down"),
        _ => SendNotActiveAsync(context),
    };

    /// <summary>Upstream's key is <c>job</c>; its client shows <c>message</c>: both are sent (contract K).</summary>
    private static Task SendUnknownBackendAsync(HttpContext context, string text) => JsonAnswer.SendAsync(context, 500, json =>
    {
        json.WriteStartObject();
        json.WriteString("job", text);
        json.WriteString("message", text);
        json.WriteEndObject();
    });

    private static Task SendNotActiveAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "5";
        return JsonAnswer.SendMessageAsync(context, 503, "This instance waits for the one that drives the jobs now; nothing was stored.");
    }
}
