using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Time;
using Scailfin.Core.Workspaces;
using Scailfin.JobManagers.Batch.Attempts;
using Scailfin.JobWrapper;

namespace Scailfin.JobManagers.Local;

/// <summary>Determines the state of an attempt from its directory and its processes. Changes nothing.</summary>
internal static class LocalObservation
{
    /// <summary>A wrapper ends its step within its grace time, and needs a moment for its receipt.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);

    /// <param name="attempt">The attempt.</param>
    /// <param name="files">Its directory.</param>
    /// <param name="grace">How long a step has after a stop.</param>
    /// <param name="time">The clocks.</param>
    public static Observation Of(Attempt attempt, WrapperFiles files, TimeSpan grace, TimeProvider time)
    {
        DateTimeOffset now = time.GetUtcNow();
        try
        {
            return Of(attempt, files, grace, time.Monotonic(), now);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            string why = $"The files of this job in {files.Directory} cannot be read: {exception.Message}";
            return Observation.Of(attempt, ObservedPhase.CannotLook, now, why);
        }
    }

    private static Observation Of(Attempt attempt, WrapperFiles files, TimeSpan grace, TimeSpan moment, DateTimeOffset now)
    {
        // Until the claim names its owner, a wrapper is found by its handle or, if that was lost, by a variable in its environment.
        bool alive = LocalAttempt.Wrapper(attempt, files) is { } process && ProcessTable.IsAlive(process.Pid, process.StartTime);
        if (!alive && !Presence.OfFile(files.Receipt) && LocalAttempt.Owner(files) is null && Presence.OfDirectory(files.Directory))
            alive = ProcessTable.MembersOf(attempt.Identity).Count > 0;

        // Check the process before the receipt: a wrapper that ends between the two checks has left its receipt.
        if (Read(attempt, files, now).Record is OwnRecord.Complete complete)
            return Observation.Of(attempt, OrderOfEvidence.Decide(complete, SchedulerWord.Silent, complete.End).End, now);
        if (alive)
            return Alive(attempt, files, grace, moment, now);
        if (LocalAttempt.IsForbidden(files))
            return Observation.Of(attempt, LocalEnds.NeverBegun(now), now);
        bool begun = Presence.OfDirectory(files.Claim)
            || (attempt.Handle?.State is { Length: > 0 } && Presence.OfDirectory(files.Directory));
        return begun ? Gone(attempt, files, now) : Observation.Of(attempt, ObservedPhase.NotKnown, now);
    }

    private static Observation Alive(Attempt attempt, WrapperFiles files, TimeSpan grace, TimeSpan moment, DateTimeOffset now)
    {
        DateTimeOffset? started = LocalAttempt.StartedAt(files);
        bool runs = LocalAttempt.MayHaveStarted(files);
        Observation seen = Observation.Of(attempt, runs ? ObservedPhase.Running : ObservedPhase.Waiting, now);
        bool isDeaf = LocalAttempt.StoppedAt(files) is { } stopped && (moment - stopped > grace + Moment || moment < stopped);
        return seen with { Since = started, Remedy = isDeaf ? new KillDeafWrapper() : null };
    }

    /// <summary>The wrapper is gone without a receipt; nothing of it may live on before that counts as an end.</summary>
    private static Observation Gone(Attempt attempt, WrapperFiles files, DateTimeOffset now)
    {
        AttemptRecord left = Read(attempt, files, now);
        if (left.Record is OwnRecord.Complete complete)
            return Observation.Of(attempt, complete.End, now);
        if (ProcessTable.MembersOf(attempt.Identity).Count > 0)
        {
            return Observation.Of(attempt, ObservedPhase.Running, now, "Its wrapper is gone; what it left running is being killed.") with
            {
                Since = LocalAttempt.StartedAt(files),
                Remedy = new KillLeftovers(),
            };
        }

        bool stopped = LocalAttempt.WasKilled(files);
        AttemptEnd told = stopped
            ? LocalEnds.Killed(LocalAttempt.MayHaveStarted(files), LocalAttempt.StartedAt(files), now)
            : LocalEnds.Vanished(LocalAttempt.MayHaveStarted(files), LocalAttempt.StartedAt(files), left.Complaint, now);
        return Observation.Of(attempt, OrderOfEvidence.Decide(new OwnRecord.None(), SchedulerWord.BadEnd, told, stopped).End, now);
    }

    private static AttemptRecord Read(Attempt attempt, WrapperFiles files, DateTimeOffset now) =>
        AttemptRecord.Read(attempt, files, () => WrapperScript.NonceOfFile(files.Script), errors: null, stream: null, now);
}

/// <summary>The wrapper was sent TERM and has not ended within the step's grace time.</summary>
internal sealed record KillDeafWrapper() : Remedy("kill the wrapper, which did not end after the stop");

/// <summary>The wrapper is gone and processes of the attempt are not.</summary>
internal sealed record KillLeftovers() : Remedy("kill the processes that the job's wrapper left behind");
