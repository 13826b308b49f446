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

    private readonly HTCondorOptions _options;
    private readonly ILogger _logger;

    public ScheddSession(ScheddCalls calls, HTCondorOptions options, TimeProvider time, ILogger logger)
    {
        Calls = calls;
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

    public Gathering<Attempt, bool> Removals { get; }

    public Gathering<Attempt, bool> Releases { get; }

    /// <summary>Input of submissions that were not finished.</summary>
    public Gathering<(JobKey Key, ReadyAttempt Ready), bool> Spoolings { get; }

    private async Task<IReadOnlyList<bool>> RemoveAsync(IReadOnlyList<Attempt> attempts)
    {
        await Calls.ActAsync(JobAction.Remove, attempts, "Scailfin was asked to stop it");
        return [.. attempts.Select(_ => true)];
    }

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
        // A stop may have come while it waited for its turn.
        ReadyAttempt[] wanted = [.. batch.Where(ready => !File.Exists(new AttemptPlace(ready.Attempt).Tombstone))];
        if (wanted.Length == 0)
            return [.. batch.Select(_ => Stopped)];
        var outcomes = (await HandOverAsync(wanted)).Zip(wanted).ToDictionary(pair => pair.Second.Attempt.Identity, pair => pair.First);
        return [.. batch.Select(ready => outcomes.GetValueOrDefault(ready.Attempt.Identity) ?? Stopped)];
    }

    private static Submission Stopped => new Submission.Rejected("It was stopped before it was handed to HTCondor.");

    private async Task<IReadOnlyList<Submission>> HandOverAsync(IReadOnlyList<ReadyAttempt> batch)
    {
        await Calls.LogInAsync();
        try
        {
            SubmitRequest request = JobDescription.ToSubmitRequest([.. batch.Select(ready => ready.Description)], _options.Spool);
            foreach (ReadyAttempt ready in batch)
                MarkSubmitting(ready.Attempt);
            Faults.Reach(FaultPoints.SubmissionBegun);
            var result = await Calls.SubmitAsync(request);
            Faults.Reach(FaultPoints.SubmissionCommitted);
            if (_options.Spool)
                await TrySpoolAsync(request, result.Cluster);
            return [.. batch.Select((_, proc) => new Submission.Accepted(AttemptHandle.Of(new JobKey(result.Cluster, proc))))];
        }
        catch (JobDescriptionException exception) when (batch.Count == 1)
        {
            return [new Submission.Rejected($"HTCondor cannot be given this job: {exception.Message}")];
        }
        catch (HTCondorException exception) when (exception.Error.Ambiguous)
        {
            return [.. batch.Select(_ => new Submission.Unknown($"The schedd's answer was lost: {exception.Message}"))];
        }
        catch (HTCondorException exception) when (exception.Error.Retryable)
        {
            foreach (ReadyAttempt ready in batch)
                UnmarkSubmitting(ready.Attempt);
            throw new JobManagerUnavailableException($"HTCondor's schedd takes no jobs now: {exception.Message}", exception);
        }
        catch (HTCondorException exception) when (batch.Count == 1)
        {
            UnmarkSubmitting(batch[0].Attempt);
            return [new Submission.Rejected($"HTCondor refused the job: {exception.Message}")];
        }
        catch (Exception exception) when (exception is HTCondorException or JobDescriptionException)
        {
            // One of them is refused; which one, only single transactions tell.
            var outcomes = new List<Submission>();
            foreach (ReadyAttempt ready in batch)
                outcomes.AddRange(await HandOverAsync([ready]));
            return outcomes;
        }
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

    private static void MarkSubmitting(Attempt attempt) => WorkspaceOwner.Do(attempt.Spec.WorkflowWorkspace, () =>
    {
        File.WriteAllText(new AttemptPlace(attempt).Submitting, "");
        return true;
    });

    private static void UnmarkSubmitting(Attempt attempt) => WorkspaceOwner.Do(attempt.Spec.WorkflowWorkspace, () =>
    {
        File.Delete(new AttemptPlace(attempt).Submitting);
        return true;
    });

    [LoggerMessage(
        EventId = 701,
        Level = LogLevel.Warning,
        Message = "The input of cluster {Cluster} could not be spooled and is tried again: {Reason}")]
    private static partial void LogSpoolFailed(ILogger logger, int cluster, string reason);
}
