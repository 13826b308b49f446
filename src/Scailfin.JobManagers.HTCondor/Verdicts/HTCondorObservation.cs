using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.HTCondor.Ads;
using Scailfin.JobManagers.HTCondor.Options;

namespace Scailfin.JobManagers.HTCondor.Verdicts;

/// <summary>Derives an attempt's state from its ad, and the remedy for a job that cannot continue by itself.</summary>
internal sealed class HTCondorObservation(HTCondorOptions options)
{
    /// <param name="attempt">The attempt.</param>
    /// <param name="job">Its ad.</param>
    /// <param name="now">The time for the evidence.</param>
    public Observation Of(Attempt attempt, HTCondorOutput job, DateTimeOffset now)
    {
        switch (job.Status)
        {
            case HTCondorStates.Idle when BeganNothing(job) && job.Tries <= options.Releases:
                return Waiting(
                    attempt,
                    now,
                    $"The machine {job.Host} did not start it: {job.VacateReason} Another one is tried ({job.Tries} of "
                        + $"{options.Releases}).")
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
        bool isTooLong = job.InStatusFor(now) >= options.HeldBound;
        string tooLong = $"{text} It was held for longer than {options.HeldBound.TotalHours:0.#} hours.";
        switch (hold.Outcome)
        {
            case HoldOutcome.Wait when job.Starts > 0:
                return Ended($"{text} A step that was started is not started again.");
            case HoldOutcome.Wait or HoldOutcome.Unfinished when isTooLong:
                return Ended(tooLong);
            case HoldOutcome.Wait:
                return Waiting(attempt, now, $"Held: {text}");
            case HoldOutcome.Unfinished:
                // Until the call's deadline has passed, the first spooling may still be in progress.
                return Waiting(attempt, now, $"Held: {text}") with
                {
                    Remedy = options.Spool && job.InStatusFor(now) >= options.CallDeadline ? new SpoolInput(job.Key) : null,
                };
            case HoldOutcome.Release when job.Starts == 0 && job.Holds <= options.Releases:
                return Waiting(attempt, now, $"{text} It is tried again ({job.Holds} of {options.Releases}).") with
                {
                    Remedy = new ReleaseHold(job),
                };
            default:
                return Ended(text);
        }

        Observation Ended(string why) => Observation.Of(attempt, HTCondorEnds.Held(job, hold, why, now), now);
    }

    private static Observation Waiting(Attempt attempt, DateTimeOffset now, string reason) =>
        Observation.Of(attempt, ObservedPhase.Waiting, now, reason);

    private static Observation Running(Attempt attempt, DateTimeOffset now, HTCondorOutput job, string reason) =>
        Observation.Of(attempt, ObservedPhase.Running, now, reason) with { Since = job.StartedAt };
}
