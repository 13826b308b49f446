namespace Scailfin.Core.JobManagers;

/// <summary>The record of an attempt itself: the wrapper's receipt, or the exit state that a runtime keeps of the step's process.</summary>
public abstract record OwnRecord
{
    private OwnRecord()
    {
    }

    /// <summary>There is none, or it is another attempt's.</summary>
    public sealed record None : OwnRecord;

    /// <summary>The step began, and there is no end.</summary>
    /// <param name="StartedAt">The start time, if it is known.</param>
    public sealed record Begun(DateTimeOffset? StartedAt) : OwnRecord;

    /// <summary>
    /// A complete record. Its class is <see cref="EndClass.Cancelled"/> if and only if this service's stop reached the step before its end.
    /// </summary>
    public sealed record Complete(AttemptEnd End) : OwnRecord;
}

/// <summary>A scheduler's report of an end, by its weight against the attempt's own record.</summary>
public enum SchedulerWord
{
    /// <summary>The scheduler reports that the attempt runs, no longer knows it, or is unreachable.</summary>
    Silent,

    /// <summary>The scheduler reports success.</summary>
    GoodEnd,

    /// <summary>The scheduler reports a failure of another kind than the following.</summary>
    BadEnd,

    /// <summary>Something in the step was killed for memory.</summary>
    OutOfMemory,

    /// <summary>The scheduler ended the attempt at its time limit.</summary>
    TimeLimit,

    /// <summary>The scheduler preempted the attempt.</summary>
    Preempted,

    /// <summary>The machine failed.</summary>
    NodeFailure,

    /// <summary>Somebody cancelled the attempt.</summary>
    Cancelled,
}

/// <summary>How a conflict of evidence was decided.</summary>
/// <param name="End">How the attempt ended.</param>
/// <param name="Aside">The other source's statement if it differs and does not decide, for the timeline; empty if both agree.</param>
public sealed record Decision(AttemptEnd End, string Aside = "");

/// <summary>
/// Decides between an attempt's own record and its scheduler's word: the one table of design.md, section 5b, for all managers. Each of its
/// rows is a case of <c>OrderOfEvidenceTests</c>.
/// </summary>
public static class OrderOfEvidence
{
    /// <summary>Returns the verdict about an attempt that has ended.</summary>
    /// <param name="record">The attempt's own record.</param>
    /// <param name="word">What the scheduler says.</param>
    /// <param name="told">The end as the scheduler reports it; not used if the scheduler reports none and the record is complete.</param>
    /// <param name="stopReachedIt">Whether the service's log of the stop says that it reached the attempt before its end; used if
    /// there is no record.</param>
    /// <param name="exitCodeIsTrusted">Whether, by the operator's setting, exit code 0 outweighs a kill for memory.</param>
    public static Decision Decide(
        OwnRecord record, SchedulerWord word, AttemptEnd told, bool stopReachedIt = false, bool exitCodeIsTrusted = false) => record switch
        {
            OwnRecord.Complete complete => OfComplete(complete.End, word, told, exitCodeIsTrusted),
            _ when stopReachedIt => new Decision(told with
            {
                Class = EndClass.Cancelled,
                StepMayHaveRun = record is OwnRecord.Begun || told.StepMayHaveRun,
            }),
            OwnRecord.Begun begun => new Decision(told with
            {
                Class = told.Class is EndClass.Succeeded or EndClass.Step ? EndClass.Infrastructure : told.Class,
                StepMayHaveRun = true,
                StartedAt = begun.StartedAt ?? told.StartedAt,
                Evidence = told.Evidence with { Text = $"The step began and left no result. {told.Evidence.Text}" },
            }),
            _ when word == SchedulerWord.GoodEnd => new Decision(told with
            {
                Class = EndClass.Infrastructure,
                Evidence = told.Evidence with
                {
                    Text = $"The scheduler reports success, but the job's wrapper left no receipt. {told.Evidence.Text}",
                },
            }),
            _ => new Decision(told),
        };

    private static Decision OfComplete(AttemptEnd end, SchedulerWord word, AttemptEnd told, bool exitCodeIsTrusted)
    {
        bool succeeded = end.Class == EndClass.Succeeded;
        bool differs = succeeded ? word is not (SchedulerWord.Silent or SchedulerWord.GoodEnd) : word == SchedulerWord.GoodEnd;
        EndClass? other = (succeeded, word) switch
        {
            (true, SchedulerWord.OutOfMemory) when !exitCodeIsTrusted => EndClass.Limit,
            (false, SchedulerWord.OutOfMemory or SchedulerWord.TimeLimit) when end.Class == EndClass.Step => EndClass.Limit,
            (false, SchedulerWord.Preempted or SchedulerWord.NodeFailure) when end.Class == EndClass.Step => EndClass.Infrastructure,
            _ => null,
        };
        return other is { } kind
            ? new Decision(end with
            {
                Class = kind,
                Evidence = end.Evidence with { Text = $"{end.Evidence.Text} {told.Evidence.Text}" },
            })
            : new Decision(end, differs ? told.Evidence.Text : "");
    }
}
