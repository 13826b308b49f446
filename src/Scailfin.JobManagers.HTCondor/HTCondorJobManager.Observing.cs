using HTCondor.Net.Schedds;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.HTCondor.Attempts;
using Scailfin.JobManagers.HTCondor.Staging;
using Scailfin.JobManagers.HTCondor.Submitters;

namespace Scailfin.JobManagers.HTCondor;

/// <summary>Where attempts stand, and what has to be done about those that will not go on by themselves.</summary>
internal sealed partial class HTCondorJobManager
{
    public Task<IReadOnlyList<Observation>> ObserveAsync(IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken) =>
        BySubmitterAsync(attempts, (session, some) => ObserveAsync(session, some, cancellationToken));

    private async Task<IReadOnlyList<Observation>> ObserveAsync(
        ScheddSession session, IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken)
    {
        DateTimeOffset now = _time.GetUtcNow();
        Dictionary<string, HTCondorOutput> seen = await SeeAsync(session, attempts, since: null, cancellationToken);
        var observations = new List<Observation>(attempts.Count);
        foreach (Attempt attempt in attempts)
        {
            var job = seen.GetValueOrDefault(attempt.Identity);
            if (job is not null)
                Watch(attempt, job.Key);
            observations.Add(job is null ? Missing(attempt, now) : await ObserveAsync(session, attempt, job, now));
        }

        return observations;
    }

    private async Task<Observation> ObserveAsync(ScheddSession session, Attempt attempt, HTCondorOutput job, DateTimeOffset now)
    {
        switch (job.Status)
        {
            case HTCondorStates.Idle when job.Starts == 0
                && job.Tries > job.AllowedTries
                && HTCondorStates.BeganNothing(job.VacateCode)
                && job.Tries <= _options.Releases:
                await session.Calls.AllowAnotherTryAsync(job);
                return Waiting(
                    attempt,
                    now,
                    $"The machine {job.Host} did not start it: {job.VacateReason} "
                        + $"Another one is tried ({job.Tries} of {_options.Releases}).");
            case HTCondorStates.Idle when job.Starts > 0 || job.Tries > job.AllowedTries:
                return Ended(attempt, now, HTCondorEnds.Evicted(job, now));
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
                return Arrived(session, attempt, job, now, words => HTCondorEnds.NoReceipt(job, words, now));
            case HTCondorStates.Removed when job.IsQueued:
                return Running(attempt, now, job, "It was removed and is being ended on its machine.");
            case HTCondorStates.Removed:
                bool byUs = IsBuried(attempt);
                AttemptEnd removed = HTCondorEnds.Removed(job, byUs, now);

                // Who removed it, the schedd knows, not the wrapper that was asked to end.
                return Arrived(session, attempt, job, now, _ => removed) is var seen && seen.End is { Class: EndClass.Cancelled }
                    ? seen with { End = removed }
                    : seen;
            case HTCondorStates.Held:
                return await HeldAsync(session, attempt, job, now);
            default:
                return Waiting(attempt, now, $"HTCondor says that it is in state {job.Status}, which this service does not know.");
        }
    }

    private async Task<Observation> HeldAsync(ScheddSession session, Attempt attempt, HTCondorOutput job, DateTimeOffset now)
    {
        Hold hold = HTCondorStates.OfHold(job.HoldCode, job.HoldSubcode);
        string text = job.HoldReason.Length == 0 ? $"{hold.Means}." : $"{hold.Means}. HTCondor says: {job.HoldReason}";
        switch (hold.Outcome)
        {
            case HoldOutcome.Unfinished:
                SpoolAgain(session, attempt, job);
                return Bounded(attempt, job, hold, now, text);
            case HoldOutcome.Wait when job.Starts > 0:
                return Ended(attempt, now, HTCondorEnds.Held(job, hold, $"{text} A step that was started is not started again.", now));
            case HoldOutcome.Wait:
                return Bounded(attempt, job, hold, now, text);
            case HoldOutcome.Release when job.Starts == 0 && job.Holds <= _options.Releases:
                await session.Calls.AllowAnotherTryAsync(job);
                await session.Calls.ActAsync(JobAction.Release, job.Key, "Scailfin tries it again");
                return Waiting(attempt, now, $"{text} It is tried again ({job.Holds} of {_options.Releases}).");
            default:
                return Ended(attempt, now, HTCondorEnds.Held(job, hold, text, now));
        }
    }

    private Observation Bounded(Attempt attempt, HTCondorOutput job, Hold hold, DateTimeOffset now, string text)
    {
        if (job.StatusSince is { } since && now - since >= _options.HeldBound)
            return Ended(
                attempt,
                now,
                HTCondorEnds.Held(job, hold, $"{text} It was held for longer than {_options.HeldBound.TotalHours:0.#} hours.", now));
        return Waiting(attempt, now, $"Held: {text}");
    }

    /// <summary>Neither queue nor history has it.</summary>
    private Observation Missing(Attempt attempt, DateTimeOffset now)
    {
        try
        {
            return WorkspaceOwner.Do(attempt.Spec.WorkflowWorkspace, () => Missing(attempt, new AttemptPlace(attempt), now));
        }
        catch (IOException)
        {
            return At(attempt, now, ObservedPhase.NotKnown); // the workspace is gone
        }
    }

    private Observation Missing(Attempt attempt, AttemptPlace place, DateTimeOffset now)
    {
        if (File.Exists(place.Files.Receipt)
            && _homecoming.Of(
                attempt, _ => HTCondorEnds.NeverSubmitted(now), () => Task.CompletedTask, _changed, out string reason) is var arrival)
            return arrival is null ? At(attempt, now, ObservedPhase.Running) with { Reason = reason } : Ended(attempt, now, arrival.End);

        // Nothing that is still on its way can run the step any more; whether something is, is certain after a while.
        bool stopped = File.Exists(place.Tombstone);
        return stopped && (!File.Exists(place.Submitting) || _absence.IsCertain(attempt.Identity))
            ? Ended(attempt, now, HTCondorEnds.NeverSubmitted(now))
            : At(attempt, now, ObservedPhase.NotKnown);
    }

    private Observation Arrived(
        ScheddSession session, Attempt attempt, HTCondorOutput job, DateTimeOffset now, Func<string, AttemptEnd> ending)
    {
        Arrival? arrival = _homecoming.Of(
            attempt,
            words =>
                IsBuried(attempt) && job.Status == HTCondorStates.Completed ? HTCondorEnds.Removed(job, byUs: true, now) : ending(words),
            () => _options.Spool && job.Status == HTCondorStates.Completed
                ? session.Calls.RetrieveAsync(job.Key, CancellationToken.None)
                : Task.CompletedTask,
            _changed,
            out string reason);
        return arrival is null ? Running(attempt, now, job, reason) : Ended(attempt, now, arrival.End);
    }

    private static bool IsBuried(Attempt attempt) =>
        WorkspaceOwner.Do(attempt.Spec.WorkflowWorkspace, () => File.Exists(new AttemptPlace(attempt).Tombstone));

    private void SpoolAgain(ScheddSession session, Attempt attempt, HTCondorOutput job)
    {
        if (!_options.Spool
            || job.StatusSince is not { } since
            || _time.GetUtcNow() - since < _options.CallDeadline
            || Submitter.Of(attempt, _options) is not { } submitter)
            return;
        _ = _spooling.GetOrAdd(attempt.Identity, _ => Task.Run(async () =>
        {
            try
            {
                ReadyAttempt ready = await InWorkspaceAsync(attempt, place => Describe(attempt, place, submitter), CancellationToken.None);
                await session.Spoolings.AddAsync((job.Key, ready));
            }
            catch (Exception exception)
            {
                LogSpoolFailed(_logger, attempt.JobId, exception.Message);
            }
            finally
            {
                _spooling.TryRemove(attempt.Identity, out Task? _);
            }
        }));
    }

    private static Observation Waiting(Attempt attempt, DateTimeOffset now, string reason) =>
        At(attempt, now, ObservedPhase.Waiting) with { Reason = reason };

    private static Observation Running(Attempt attempt, DateTimeOffset now, HTCondorOutput job, string reason) =>
        At(attempt, now, ObservedPhase.Running) with { Reason = reason, Since = job.StartedAt };

    private static Observation Ended(Attempt attempt, DateTimeOffset now, AttemptEnd end) =>
        At(attempt, now, ObservedPhase.Ended) with { End = end };

    private static Observation At(Attempt attempt, DateTimeOffset now, ObservedPhase phase) =>
        new() { JobId = attempt.JobId, AttemptNumber = attempt.Number, Phase = phase, ObservedAt = now };
}
