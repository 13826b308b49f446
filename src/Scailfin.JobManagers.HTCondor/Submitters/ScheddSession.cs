using HTCondor.Net;
using HTCondor.Net.ClassAds;
using HTCondor.Net.Jobs;
using HTCondor.Net.Schedds;
using Microsoft.Extensions.Logging;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Lifecycle;
using Scailfin.JobManagers.HTCondor.Attempts;
using Scailfin.JobManagers.HTCondor.Schedds;

namespace Scailfin.JobManagers.HTCondor.Submitters;

/// <summary>An attempt that is ready to be handed over.</summary>
internal sealed record ReadyAttempt(Attempt Attempt, JobDescription Description);

/// <summary>One submitter's conversation with the schedd: submissions, removals and releases that come together go together.</summary>
internal sealed partial class ScheddSession
{
    private const int LargestTransaction = 1000;

    /// <summary>The one limit of a schedd that is each owner's own.</summary>
    private const string LimitOfOwner = "MAX_JOBS_PER_OWNER";

    private readonly string _backend;
    private readonly HTCondorOptions _options;
    private readonly ILogger _logger;

    public ScheddSession(ScheddCalls calls, string backend, HTCondorOptions options, TimeProvider time, ILogger logger)
    {
        Calls = calls;
        _backend = backend;
        _options = options;
        _logger = logger;
        TimeSpan pause = TimeSpan.FromSeconds(1.0 / options.SubmitsPerSecond);
        Submissions = new(SubmitAsync, LargestTransaction, pause, time);
        Removals = new(RemoveAsync, LargestTransaction, pause, time);
        Releases = new(ReleaseAsync, LargestTransaction, pause, time);
        Spoolings = new(SpoolAgainAsync, most: 50, pause, time);
    }

    public ScheddCalls Calls { get; }

    public FaultPoints Faults { get; init; } = FaultPoints.None;

    public Gathering<ReadyAttempt, Submission> Submissions { get; }

    public Gathering<Attempt, StopAnswer> Removals { get; }

    public Gathering<Attempt, bool> Releases { get; }

    /// <summary>Input of submissions that were not finished.</summary>
    public Gathering<(JobKey Key, ReadyAttempt Ready), bool> Spoolings { get; }

    private async Task<IReadOnlyList<bool>> ReleaseAsync(IReadOnlyList<Attempt> attempts)
    {
        await Calls.ReleaseAsync(attempts);
        return [.. attempts.Select(_ => true)];
    }

    private async Task<IReadOnlyList<bool>> SpoolAgainAsync(IReadOnlyList<(JobKey Key, ReadyAttempt Ready)> jobs)
    {
        await Calls.SpoolAsync(
            [.. jobs.Select(job => WithKey(JobDescription.ToSubmitRequest([job.Ready.Description], spool: true), proc: 0, job.Key))],
            CancellationToken.None);
        return [.. jobs.Select(_ => true)];
    }

    private async Task<IReadOnlyList<Submission>> SubmitAsync(IReadOnlyList<ReadyAttempt> batch)
    {
        await Calls.LogInAsync();
        var outcomes = new Dictionary<string, Submission>(StringComparer.Ordinal);
        foreach (ReadyAttempt ready in batch)
        {
            if (Begin(ready.Attempt) is { } outcome)
                outcomes[ready.Attempt.Identity] = outcome;
        }

        ReadyAttempt[] begun = [.. batch.Where(ready => !outcomes.ContainsKey(ready.Attempt.Identity))];
        if (begun.Length > 0)
        {
            Faults.Reach(FaultPoints.SubmissionBegun);
            foreach ((ReadyAttempt ready, Submission outcome) in begun.Zip(await HandOverAsync(begun)))
                outcomes[ready.Attempt.Identity] = outcome;
        }

        return [.. batch.Select(ready => outcomes[ready.Attempt.Identity])];
    }

    /// <summary>Marks that a submission begins; the outcome where it must not, or cannot be marked.</summary>
    private static Submission? Begin(Attempt attempt)
    {
        try
        {
            return WorkspaceOwner.Do(attempt.Spec.WorkflowWorkspace, () =>
            {
                // A stop may have come while it waited for its turn.
                var place = new AttemptPlace(attempt);
                if (File.Exists(place.Tombstone))
                    return new Submission.Rejected("It was stopped before it was handed to HTCondor.");
                File.WriteAllText(place.Submitting, "");
                return null;
            });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new Submission.Deferred(
                $"The files of the job cannot be written to its workspace '{attempt.Spec.WorkflowWorkspace}': {exception.Message}",
                DeferralScope.Attempt);
        }
    }

    private async Task<IReadOnlyList<Submission>> HandOverAsync(IReadOnlyList<ReadyAttempt> batch)
    {
        try
        {
            SubmitRequest request = JobDescription.ToSubmitRequest([.. batch.Select(ready => ready.Description)], _options.Spool);
            var result = await Calls.SubmitAsync(request);
            Faults.Reach(FaultPoints.SubmissionCommitted);
            if (_options.Spool)
                await TrySpoolAsync(request, result.Cluster);
            return [.. batch.Select((_, proc) => new Submission.Accepted(AttemptHandle.Of(new JobKey(result.Cluster, proc))))];
        }
        catch (HTCondorException exception) when (exception.Error.Ambiguous)
        {
            return [.. batch.Select(_ => new Submission.Unknown($"The schedd's answer was lost: {exception.Message}"))];
        }
        catch (HTCondorException exception) when (exception.Error.Retryable)
        {
            Unmark(batch);
            throw new JobManagerUnavailableException($"The schedd takes no jobs now: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is HTCondorException or JobDescriptionException)
        {
            // One of them is refused, or too many; which one, and how many, only single transactions tell.
            return batch.Count == 1 ? [Refused(batch[0], exception)] : await OneByOneAsync(batch);
        }
    }

    private static Submission Refused(ReadyAttempt ready, Exception exception)
    {
        Unmark([ready]);
        return exception switch
        {
            HTCondorException { Error.Limit: { } limit } => new Submission.Deferred(
                $"The schedd takes no more jobs now: {exception.Message}",
                limit == LimitOfOwner ? DeferralScope.Owner : DeferralScope.Backend),
            HTCondorException => new Submission.Rejected($"The schedd refused the job: {exception.Message}"),
            _ => new Submission.Rejected($"HTCondor cannot be given this job: {exception.Message}"),
        };
    }

    private async Task<IReadOnlyList<Submission>> OneByOneAsync(IReadOnlyList<ReadyAttempt> batch)
    {
        var outcomes = new List<Submission>();
        foreach (ReadyAttempt ready in batch)
        {
            // What does not fit any more is not tried once for each.
            if (outcomes is [.., Submission.Deferred deferred])
            {
                Unmark([ready]);
                outcomes.Add(deferred);
            }
            else
            {
                outcomes.AddRange(await HandOverAsync([ready]));
            }
        }

        return outcomes;
    }

    private async Task TrySpoolAsync(SubmitRequest request, int cluster)
    {
        try
        {
            await Calls.SpoolAsync(
                [.. request.Procs.Select((_, proc) => WithKey(request, proc, new JobKey(cluster, proc)))], CancellationToken.None);
        }
        catch (JobManagerUnavailableException exception)
        {
            // The jobs are there, held with code 16; the observation comes back to them.
            LogSpoolFailed(_logger, cluster, exception.Message);
        }
    }

    private static ClassAd WithKey(SubmitRequest request, int proc, JobKey key)
    {
        ClassAd ad = request.Shared.Copy();
        foreach ((string name, ClassAdExpression value) in request.Procs[proc])
            ad.Set(name, value);
        ad.Set("ClusterId", key.Cluster);
        ad.Set("ProcId", key.Proc);
        return ad;
    }

    /// <summary>A mark that stays costs a look whether the submission arrived, and nothing else.</summary>
    private static void Unmark(IReadOnlyList<ReadyAttempt> batch)
    {
        foreach (Attempt attempt in batch.Select(ready => ready.Attempt))
        {
            try
            {
                WorkspaceOwner.Do(attempt.Spec.WorkflowWorkspace, () =>
                {
                    File.Delete(new AttemptPlace(attempt).Submitting);
                    return true;
                });
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The workspace is gone or cannot be written; so is the mark, or it stays.
            }
        }
    }

    [LoggerMessage(
        EventId = 701,
        Level = LogLevel.Warning,
        Message = "The input of cluster {Cluster} could not be spooled and is tried again: {Reason}")]
    private static partial void LogSpoolFailed(ILogger logger, int cluster, string reason);
}
