using System.Text.Json;
using System.Text.RegularExpressions;
using Scailfin.JobController.Access;
using Scailfin.JobController.Json;

namespace Scailfin.JobController.JobCache;

/// <summary><c>GET /job_cache</c>: whether such a job has run on such files before (contract A.7).</summary>
internal static class JobCacheEndpoint
{
    public static IEndpointRouteBuilder MapJobCache(this IEndpointRouteBuilder routes)
    {
        var search = ActivatorUtilities.CreateInstance<JobCacheSearch>(routes.ServiceProvider);
        routes.MapGet("/job_cache", context => HandleAsync(context, search));
        return routes;
    }

    private static async Task HandleAsync(HttpContext context, JobCacheSearch search)
    {
        foreach (string name in (string[])["job_spec", "workflow_json", "workflow_workspace"])
        {
            if (context.Request.Query.ContainsKey(name))
                continue;
            await JsonAnswer.SendMessageAsync(context, StatusCodes.Status400BadRequest, $"The argument {name} is missing.");
            return;
        }

        if (await ParseAsync(context, "job_spec") is not { } jobSpec)
            return;
        using (jobSpec)
        {
            if (await ParseAsync(context, "workflow_json") is not { } workflow)
                return;
            using (workflow)
                await AnswerAsync(
                    context,
                    await search.FindAsync(
                        jobSpec,
                        workflow,
                        context.Request.Query["workflow_workspace"][0]!,
                        Caller.Of(context).User,
                        context.RequestAborted));
        }
    }

    private static async Task<JsonDocument?> ParseAsync(HttpContext context, string name)
    {
        try
        {
            return PythonJsonReader.Parse(context.Request.Query[name][0]!);
        }
        catch (Exception exception) when (exception is JsonException or RegexMatchTimeoutException)
        {
            await JsonAnswer.SendMessageAsync(
                context, StatusCodes.Status400BadRequest, $"The argument {name} is not JSON: {exception.Message}");
            return null;
        }
    }

    private static Task AnswerAsync(HttpContext context, JobCacheHit? hit) => JsonAnswer.SendAsync(context, StatusCodes.Status200OK, json =>
    {
        json.WriteStartObject();
        json.WriteBoolean("cached", hit is not null);
        if (hit is not null)
            json.WriteString("job_id", hit.JobId);
        json.WriteString("result_path", hit?.ResultPath);
        json.WriteEndObject();
    });
}
