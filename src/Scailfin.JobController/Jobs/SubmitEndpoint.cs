using System.Text.Json;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Lifecycle;
using Scailfin.JobController.Access;

namespace Scailfin.JobController.Jobs;

/// <summary><c>POST /jobs</c>, in the order of contract A.3.</summary>
internal sealed class SubmitEndpoint(JobService service, JobRequestReader reader, JobManagerRegistry registry)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (!context.Request.HasJsonContentType())
        {
            await JsonAnswer.SendMessageAsync(context, 415, "The Content-Type must be application/json.");
            return;
        }

        using JsonDocument? body = await ParseAsync(context);
        if (body is null)
            return;
        if (IsEmpty(body.RootElement))
        {
            await JsonAnswer.SendMessageAsync(context, 400, "Empty request");
            return;
        }

        var problems = new RequestProblems();
        JobSpec? spec = null;
        if (body.RootElement.ValueKind == JsonValueKind.Object)
            spec = reader.Read(body.RootElement, registry.Default.Name, problems);
        else
            problems.Add(RequestProblems.Schema, "Invalid input type.");
        if (spec is null)
            await JsonAnswer.SendProblemsAsync(context, problems);
        else
            await AnswerAsync(context, await service.SubmitAsync(spec, AdministratorToken.UserName));
    }

    private static async Task<JsonDocument?> ParseAsync(HttpContext context)
    {
        try
        {
            return await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
        }
        catch (JsonException exception)
        {
            await JsonAnswer.SendMessageAsync(context, 400, $"The body is not JSON: {exception.Message}");
            return null;
        }
    }

    private static bool IsEmpty(JsonElement body) => body.ValueKind switch
    {
        JsonValueKind.Object => !body.EnumerateObject().Any(),
        JsonValueKind.Array => body.GetArrayLength() == 0,
        JsonValueKind.String => body.GetString()!.Length == 0,
        JsonValueKind.Number => body.GetDouble() == 0,
        JsonValueKind.True => false,
        _ => true,
    };

    private static Task AnswerAsync(HttpContext context, SubmitResult result) => result switch
    {
        SubmitResult.Accepted accepted => JsonAnswer.SendAsync(context, 201, json =>
        {
            json.WriteStartObject();
            json.WriteString("job_id", accepted.Job.Id.ToString());
            json.WriteEndObject();
        }),
        SubmitResult.Invalid invalid => JsonAnswer.SendMessageAsync(
            context, invalid.Problems.Any(problem => problem.Forbidden) ? 403 : 400, string.Join(' ', invalid.Problems.Select(problem => problem.Message))),
        SubmitResult.UnknownBackend unknown => SendUnknownBackendAsync(context, unknown.Name),
        SubmitResult.Rejected rejected => JsonAnswer.SendMessageAsync(context, 500, $"Job submission failed. \n{rejected.Reason}"),
        SubmitResult.KeyReused reused => JsonAnswer.SendMessageAsync(
            context, 409, $"The Idempotency-Key came before with another request, which made job {reused.Id}; nothing was stored."),
        SubmitResult.Unavailable unavailable => JsonAnswer.SendMessageAsync(context, 503, unavailable.Reason),
        SubmitResult.ShuttingDown => JsonAnswer.SendMessageAsync(context, 400, "Cannot create new jobs, shutting down"),
        _ => SendNotActiveAsync(context),
    };

    /// <summary>Upstream's key is <c>job</c>; its client shows <c>message</c>: both are sent (contract K).</summary>
    private static Task SendUnknownBackendAsync(HttpContext context, string name) => JsonAnswer.SendAsync(context, 500, json =>
    {
        string text = $"Job submission failed. Backend {name} is not supported.";
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
