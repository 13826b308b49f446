using HTCondor.Net;
using HTCondor.Net.Schedds;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.HTCondor.Attempts;
using Scailfin.JobManagers.HTCondor.Submitters;

namespace Scailfin.JobManagers.HTCondor;

/// <content>Where attempts stand, and what should be done about those that will not go on by themselves.</content>
internal sealed partial class HTCondorJobManager
{
    public Task<IReadOnlyList<Observation>> ObserveAsync(IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken) =>
        BySubmitterAsync(
            attempts,
            (session, some) => ObserveAsync(session, some, cancellationToken),
            (attempt, why) => Observation.Of(attempt, ObservedPhase.CannotLook, _time.GetUtcNow(), why));

    public Task ApplyAsync(Attempt attempt, Remedy remedy, CancellationToken cancellationToken) =>
        OfSubmitterAsync(attempt, session => ApplyAsync(session, attempt, remedy));

    private Task ApplyAsync(ScheddSession session, Attempt attempt, Remedy remedy) => remedy switch
    {
        AllowAnotherTry again => session.Calls.AllowAnotherTryAsync(again.Job),
        ReleaseHold held => ReleaseHoldAsync(session, held.Job),
        SpoolInput spool => SpoolAgainAsync(session, attempt, spool.Key),
        RemoveTwins twins => RemoveTwinsAsync(session, attempt, twins),
        _ => throw new NotSupportedException($"The HTCondor manager has no way to {remedy.What}."),
    };

    private async Task<IReadOnlyList<Observation>> ObserveAsync(
        ScheddSession session, IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken)
    {
        DateTimeOffset now = _time.GetUtcNow();
        Dictionary<string, SeenJob> seen = await SeeAsync(session, attempts, sparingly: true, cancellationToken);
        var observations = new List<Observation>(attempts.Count);
        foreach (Attempt attempt in attempts)
        {
            if (!seen.TryGetValue(attempt.Identity, out SeenJob? found))
            {
                observations.Add(Missing(attempt, now));
                continue;
            }

            Watch(attempt, found.Job.Key);
            Observation observation = Observe(attempt, found.Job, now);
            observations.Add(found.Twins.Count == 0
                ? observation
                : observation with { Remedy = new RemoveTwins(found.Job.Key, found.Twins) });
        }

        return observations;
    }

    private Observation Observe(Attempt attempt, HTCondorOutput job, DateTimeOffset now)
    {
        switch (job.Status)
        {
            case HTCondorStates.Idle when BeganNothing(job) && job.Tries <= _options.Releases:
                return Waiting(
                    attempt,
                    now,
                    $"The machine {job.Host} did not start it: {job.VacateReason} Another one is tried ({job.Tries} of "
                        + $"{_options.Releases}).")
                    with
                {
                    Remedy = new AllowAnotherTry(job),
                };
            case HTCondorStates.Idle when job.Starts > 0 || job.Tries > job.AllowedTries:
                return Observation.Of(attempt, HTCondorEnds.Evicted(job, now), now);
            case HTCondorStates.Idle:
                return Waiting(
                    attempt, now, job.RejectReason.Length == 0 ? "" : $"No machine of the pool takes it yet: {job.RejectReason}");
            case HTCondorStates.Running when job.SendsInput:
                return Waiting(attempt, now, "Its input files are being sent.");
            case HTCondorStates.Running:
                return Running(attempt, now, job, job.Disconnected);
            case HTCondorStates.TransferringOutput:
                return Running(attempt, now, job, "Its output files are being brought back.");
            case HTCondorStates.Suspended:
                return Running(attempt, now, job, "It is suspended by the machine that it runs on.");
            case HTCondorStates.Completed:
                return Observation.Of(attempt, HTCondorEnds.Completed(job, now), now);
            case HTCondorStates.Removed when job.IsQueued && job.Starts == 0:
                return Waiting(attempt, now, "It was removed before it began, and HTCondor has not let go of it yet.");
            case HTCondorStates.Removed when job.IsQueued:
                return Running(attempt, now, job, "It was removed and is being ended on its machine.");
            case HTCondorStates.Removed:
                return Observation.Of(attempt, HTCondorEnds.Removed(job, now), now);
            case HTCondorStates.Held:
                return Held(attempt, job, now);
            default:
                return Waiting(attempt, now, $"HTCondor says that it is in state {job.Status}, which this service does not know.");
        }
    }

    private static bool BeganNothing(HTCondorOutput job) =>
        job.Starts == 0 && job.Tries > job.AllowedTries && HTCondorStates.BeganNothing(job.VacateCode);

    private Observation Held(Attempt attempt, HTCondorOutput job, DateTimeOffset now)
    {
        Hold hold = HTCondorStates.OfHold(job.HoldCode, job.HoldSubcode);
        string text = job.HoldReason.Length == 0 ? $"{hold.Means}." : $"{hold.Means}. HTCondor says: {job.HoldReason}";
        bool isTooLong = job.InStatusFor(now) >= _options.HeldBound;
        string tooLong = $"{text} It was held for longer than {_options.HeldBound.TotalHours:0.#} hours.";
        switch (hold.Outcome)
        {
            case HoldOutcome.Wait when job.Starts > 0:
                return Ended($"{text} A step that was started is not started again.");
            case HoldOutcome.Wait or HoldOutcome.Unfinished when isTooLong:
                return Ended(tooLong);
            case HoldOutcome.Wait:
                return Waiting(attempt, now, $"Held: {text}");
            case HoldOutcome.Unfinished:
                // Before the call's deadline the first spooling may still be under way.
                return Waiting(attempt, now, $"Held: {text}") with
                {
                    Remedy = _options.Spool && job.InStatusFor(now) >= _options.CallDeadline ? new SpoolInput(job.Key) : null,
                };
            case HoldOutcome.Release when job.Starts == 0 && job.Holds <= _options.Releases:
                return Waiting(attempt, now, $"{text} It is tried again ({job.Holds} of {_options.Releases}).") with
                {
                    Remedy = new ReleaseHold(job),
                };
            default:
                return Ended(text);
        }

        Observation Ended(string why) => Observation.Of(attempt, HTCondorEnds.Held(job, hold, why, now), now);
    }

    /// <summary>Neither queue nor history has it.</summary>
    private Observation Missing(Attempt attempt, DateTimeOffset now)
    {
        if (!Directory.Exists(attempt.Spec.WorkflowWorkspace))
            return Observation.Of(attempt, ObservedPhase.NotKnown, now);
        try
        {
            return WorkspaceOwner.Do(attempt.Spec.WorkflowWorkspace, () => Missing(attempt, new AttemptPlace(attempt), now));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            string why = $"HTCondor does not have the job, and its files in the workspace cannot be read: {exception.Message}";
            return Observation.Of(attempt, ObservedPhase.CannotLook, now, why);
        }
    }

    private Observation Missing(Attempt attempt, AttemptPlace place, DateTimeOffset now)
    {
        if (File.Exists(place.Files.Receipt))
            return Observation.Of(attempt, HTCondorEnds.Forgotten(now), now);

        // Nothing that is still on its way can run the step any more; whether something is, is certain after a while.
        bool stopped = File.Exists(place.Tombstone);
        return stopped && (!File.Exists(place.Submitting) || _absence.IsCertain(attempt.Identity))
            ? Observation.Of(attempt, HTCondorEnds.NeverSubmitted(now), now)
            : Observation.Of(attempt, ObservedPhase.NotKnown, now);
    }

    private static async Task ReleaseHoldAsync(ScheddSession session, HTCondorOutput job)
    {
        await session.Calls.AllowAnotherTryAsync(job);
        ThrowIfRefused(await session.Calls.ActAsync(JobAction.Release, job.Key, "Scailfin tries it again"), "release");
    }

    private async Task RemoveTwinsAsync(ScheddSession session, Attempt attempt, RemoveTwins remedy)
    {
        foreach (JobKey twin in remedy.Twins)
        {
            LogTwin(_logger, attempt.Identity, remedy.Kept.ToString(), twin.ToString());
            ThrowIfRefused(
                await session.Calls.ActAsync(JobAction.Remove, twin, $"Scailfin has the same attempt as job {remedy.Kept}"), "remove");
        }
    }

    private static void ThrowIfRefused(IReadOnlyList<JobActionResult> results, string action)
    {
        if (results.FirstOrDefault(result => result.Outcome is JobActionOutcome.PermissionDenied or JobActionOutcome.Failed) is { } refused)
            throw new InvalidOperationException(
                $"The schedd did not {action} job {refused.Job}: {ScheddSession.WordsOf(refused.Outcome)}.");
    }

    private async Task SpoolAgainAsync(ScheddSession session, Attempt attempt, JobKey key)
    {
        if (Submitter.Of(attempt, _options) is not { } submitter)
            return;
        ReadyAttempt ready = await InWorkspaceAsync(attempt, place => Describe(attempt, place, submitter), CancellationToken.None);
        await session.Spoolings.AddAsync((key, ready));
    }

    private static Observation Waiting(Attempt attempt, DateTimeOffset now, string reason) =>
        Observation.Of(attempt, ObservedPhase.Waiting, now, reason);

    private static Observation Running(Attempt attempt, DateTimeOffset now, HTCondorOutput job, string reason) =>
        Observation.Of(attempt, ObservedPhase.Running, now, reason) with { Since = job.StartedAt };
}
