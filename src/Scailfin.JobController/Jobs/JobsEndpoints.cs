using Scailfin.Core.Jobs;
using Scailfin.Core.Lifecycle;
using Scailfin.JobController.Access;
using Scailfin.JobController.Json;
using Scailfin.JobController.OwnPod;

namespace Scailfin.JobController.Jobs;

/// <summary>The routes of a job's life after its submission (contract A.7 to A.9, with the improvements that K allows).</summary>
internal static class JobsEndpoints
{
    public static IEndpointRouteBuilder MapJobs(this IEndpointRouteBuilder routes)
    {
        var service = routes.ServiceProvider.GetRequiredService<JobService>();
        var submission = ActivatorUtilities.CreateInstance<SubmitEndpoint>(routes.ServiceProvider);
        var list = ActivatorUtilities.CreateInstance<ListEndpoint>(routes.ServiceProvider);
        var single = ActivatorUtilities.CreateInstance<JobAnswer>(routes.ServiceProvider);
        var logs = ActivatorUtilities.CreateInstance<LogsEndpoint>(routes.ServiceProvider);
        routes.MapPost("/jobs", submission.HandleAsync).WithMetadata(WhileUnconfirmed.RefusesAtLast);
        routes.MapGet("/jobs", list.HandleAsync).WithMetadata(WhileUnconfirmed.Answers);
        routes.MapGet("/jobs/{id}", context => WithJob(context, service, job => single.SendAsync(context, job)));
        routes.MapGet("/jobs/{id}/logs", context => WithJob(context, service, job => logs.HandleAsync(context, job)));
        routes.MapGet("/jobs/{id}/explain", context => WithJob(context, service, job => ExplainAsync(context, service, job)));
        routes.MapGet("/jobs/{id}/timeline", context => WithJob(context, service, job => TimelineAsync(context, service, job)));
        routes.MapDelete("/jobs/{id}", context => WithJob(context, service, job => StopAsync(context, service, job)))
            .WithMetadata(WhileUnconfirmed.RefusesAtLast);
        routes.MapGet("/shutdown", context => ShutdownAsync(context, service)).WithMetadata(WhileUnconfirmed.RefusesAtLast);
        return routes;
    }

    /// <summary>Answers for another user's job as for one that does not exist, so that nothing is disclosed about it.</summary>
    private static async Task WithJob(HttpContext context, JobService service, Func<Job, Task> answer)
    {
        string text = (string)context.Request.RouteValues["id"]!;
        if (JobId.TryParse(text, out JobId id)
            && await service.FindAsync(id, context.RequestAborted) is { } job
            && Caller.Of(context).MayUse(job))
            await answer(job);
        else
            await JsonAnswer.SendMessageAsync(context, 404, $"The job {text} doesn't exist");
    }

    private static async Task ExplainAsync(HttpContext context, JobService service, Job job)
    {
        Explanation explanation = await service.ExplainAsync(job, context.RequestAborted);
        await JsonAnswer.SendAsync(context, 200, json => JobAnswerJson.WriteExplanation(json, explanation));
    }

    private static async Task TimelineAsync(HttpContext context, JobService service, Job job)
    {
        IReadOnlyList<TimelineEntry> entries = await service.ReadTimelineAsync(job.Id, context.RequestAborted);
        await JsonAnswer.SendAsync(context, 200, json => JobAnswerJson.WriteTimeline(json, job.Id, entries));
    }

    private static async Task StopAsync(HttpContext context, JobService service, Job job)
    {
        switch (await service.StopAsync(job))
        {
            case StopResult.NotActive:
                await JsonAnswer.SendMessageAsync(context, 503, "Another instance of the service drives these jobs; ask it.");
                break;
            case StopResult.Refused refused:
                await JsonAnswer.SendMessageAsync(context, 502, $"Connection to compute backend failed:\n{refused.Reason}");
                break;
            default:
                // The answer is the same if the job is terminal already: there is nothing left to stop.
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
        }
    }

    private static async Task ShutdownAsync(HttpContext context, JobService service)
    {
        if (!Caller.Of(context).IsAdministrator)
        {
            await JsonAnswer.SendMessageAsync(
                context, 403, "Only an administrator may stop all jobs; a user stops his own with DELETE /jobs/{id}/.");
            return;
        }

        if (service.IsStandby)
        {
            await JsonAnswer.SendMessageAsync(
                context, 503, "Another instance of the service drives the jobs; ask it. Nothing was stopped.");
            return;
        }

        IReadOnlyList<JobId> left = await service.ShutdownAsync(context.RequestAborted);
        if (left.Count == 0)
            await JsonAnswer.SendMessageAsync(context, 200, "All jobs stopped.");
        else
            await JsonAnswer.SendMessageAsync(context, 500, $"Could not stop jobs {string.Join(", ", left)}");
    }
}
