using Scailfin.Core.Jobs;

namespace Scailfin.JobController.Jobs;

/// <summary>Sends a single job (contract A.7).</summary>
internal sealed class JobAnswer(ILogger<JobAnswer> logger)
{
    public async Task SendAsync(HttpContext context, Job job)
    {
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentType = "application/json";
        var rendering = new JobRendering(context, logger);
        if (job.Spec.Kept is not null && HttpMethods.IsHead(context.Request.Method))
            return;
        await rendering.WriteAsync(job, inList: false);
        rendering.Write("\n"u8);
        if (!context.Response.HasStarted && job.Spec.Kept is null)
            context.Response.ContentLength = rendering.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await rendering.SendRestAsync();
    }
}
