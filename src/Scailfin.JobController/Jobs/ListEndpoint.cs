using Scailfin.Core.Jobs;
using Scailfin.Core.Lifecycle;
using Scailfin.JobController.Access;
using Scailfin.JobController.Json;

namespace Scailfin.JobController.Jobs;

/// <summary><c>GET /jobs</c>: without arguments as upstream (contract A.7), with them a part of it.</summary>
internal sealed class ListEndpoint(JobService service, ILogger<ListEndpoint> logger)
{
    private const int LargestPage = 10_000;

    private readonly JobListAnswer _answer = new(logger);

    private static readonly JobStatus[] Statuses = Enum.GetValues<JobStatus>();

    public async Task HandleAsync(HttpContext context)
    {
        Caller caller = Caller.Of(context);
        var arguments = new QueryArguments(context.Request.Query);
        JobFilter filter = Read(arguments) with { Owner = caller.ListedOwner };
        if (arguments.Problem is { } problem)
        {
            await JsonAnswer.SendMessageAsync(context, StatusCodes.Status400BadRequest, problem);
            return;
        }

        if (filter.After is { } after && !await ExistsAsync(after, caller, context.RequestAborted))
        {
            await JsonAnswer.SendMessageAsync(
                context, StatusCodes.Status400BadRequest, $"after is '{after}', but must be the id of a job that exists.");
            return;
        }

        IReadOnlyList<Job> jobs = await service.ListAsync(filter, context.RequestAborted);
        if (jobs.Count == filter.Limit)
            context.Response.Headers.Link = $"<{Next(filter, jobs[^1].Id)}>; rel=\"next\"";
        await _answer.SendAsync(context, jobs);
    }

    private static JobFilter Read(QueryArguments arguments) => new()
    {
        Workflow = arguments.Id("workflow_uuid", "the UUID of a workflow"),
        Status = arguments.Read<JobStatus>("status", $"one of: {string.Join(", ", Statuses.Select(status => status.Name()))}", Status),
        Limit = (int?)arguments.Number("limit", 1, LargestPage, $"a whole number from 1 to {LargestPage}"),
        After = arguments.Id("after", "the id of a job that exists") is { } id ? new JobId(id) : null,
    };

    private static JobStatus? Status(string name)
    {
        int index = Array.FindIndex(Statuses, status => status.Name() == name);
        return index < 0 ? null : Statuses[index];
    }

    /// <summary>Whether the job exists and the caller may see it.</summary>
    private async Task<bool> ExistsAsync(JobId id, Caller caller, CancellationToken cancellationToken) =>
        await service.FindAsync(id, cancellationToken) is { } job && caller.MayUse(job);

    /// <summary>The path and query of the next page.</summary>
    private static string Next(JobFilter filter, JobId last)
    {
        string workflow = filter.Workflow is { } uuid ? $"workflow_uuid={uuid:D}&" : "";
        string status = filter.Status is { } wanted ? $"status={wanted.Name()}&" : "";
        return $"/jobs?{workflow}{status}after={last}&limit={filter.Limit}";
    }
}
