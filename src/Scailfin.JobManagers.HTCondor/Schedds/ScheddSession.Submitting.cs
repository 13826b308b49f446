using HTCondor.Net;
using HTCondor.Net.Jobs;
using HTCondor.Net.Schedds;
using Microsoft.Extensions.Logging;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Lifecycle;
using Scailfin.JobManagers.Batch.Accounts;
using Scailfin.JobManagers.Batch.Attempts;

namespace Scailfin.JobManagers.HTCondor.Schedds;

/// <content>Submissions, with the input that has to be spooled.</content>
internal sealed partial class ScheddSession
{
    /// <summary>The one limit of a schedd that is each owner's own.</summary>
    private const string LimitOfOwner = "MAX_JOBS_PER_OWNER";

    public async Task<IReadOnlyList<Submission>> SubmitAsync(IReadOnlyList<ReadyAttempt> attempts)
    {
        try
        {
            SubmitRequest request = JobDescription.ToSubmitRequest(
                [.. attempts.Select(ready => Describe(ready.Attempt, ready.HasInput))], _options.Spool);
            var result = await _calls.SubmitAsync(request);
            Faults.Reach(FaultPoints.SubmissionCommitted);
            if (_options.Spool)
                await SpoolAsync(request, result.Cluster);
            return [.. attempts.Select((ready, proc) => Accepted(ready.Attempt, new JobKey(result.Cluster, proc)))];
        }
        catch (HTCondorException exception) when (exception.Error.Ambiguous)
        {
            return [.. attempts.Select(_ => new Submission.Unknown($"The schedd's answer was lost: {exception.Message}"))];
        }
        catch (HTCondorException exception) when (exception.Error.Retryable)
        {
            throw new JobManagerUnavailableException($"The schedd takes no jobs now: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is HTCondorException or JobDescriptionException)
        {
            // One job was refused, or a limit was exceeded; only one transaction per job shows which job, or how many fit.
            return attempts.Count == 1 ? [Refused(exception)] : await OneByOneAsync(attempts);
        }
    }

    private Submission.Accepted Accepted(Attempt attempt, JobKey key)
    {
        Events?.Add(new AttemptPlace(attempt), attempt.JobId, key);
        return new Submission.Accepted(AttemptHandle.Of(key));
    }

    private static Submission Refused(Exception exception) => exception switch
    {
        HTCondorException { Error.Limit: { } limit } => new Submission.Deferred(
            $"The schedd takes no more jobs now: {exception.Message}",
            limit == LimitOfOwner ? DeferralScope.Owner : DeferralScope.Backend),
        HTCondorException => new Submission.Rejected($"The schedd refused the job: {exception.Message}"),
        _ => new Submission.Rejected($"HTCondor cannot be given this job: {exception.Message}"),
    };

    private async Task<IReadOnlyList<Submission>> OneByOneAsync(IReadOnlyList<ReadyAttempt> attempts)
    {
        var outcomes = new List<Submission>();
        foreach (ReadyAttempt ready in attempts)
        {
            // Once a limit has deferred one job, the remaining jobs are deferred without a call.
            outcomes.Add(outcomes is [.., Submission.Deferred deferred] ? deferred : await AloneAsync(ready));
        }

        return outcomes;
    }

    /// <summary>
    /// Submits one job. If the schedd becomes unreachable, this job is deferred; jobs that it accepted before stay accepted.
    /// </summary>
    private async Task<Submission> AloneAsync(ReadyAttempt ready)
    {
        try
        {
            return (await SubmitAsync([ready]))[0];
        }
        catch (JobManagerUnavailableException exception)
        {
            return new Submission.Deferred(exception.Message, DeferralScope.Backend);
        }
    }

    private async Task SpoolAsync(SubmitRequest request, int cluster)
    {
        SubmittedJob[] jobs = [.. request.Procs.Select((_, proc) => SubmittedJob.Of(request, proc, new JobKey(cluster, proc)))];
        if (await _spoolings.FirstAsync(jobs) is { } problem)
            LogSpoolFailed(_logger, cluster, problem);
    }

    [LoggerMessage(
        EventId = 701,
        Level = LogLevel.Warning,
        Message = "The input of cluster {Cluster} could not be spooled and is tried again: {Reason}")]
    private static partial void LogSpoolFailed(ILogger logger, int cluster, string reason);
}
