using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;

namespace Scailfin.Core.Tests.JobManagers;

/// <summary>The table of design.md, section 5b, cell by cell.</summary>
public sealed class OrderOfEvidenceTests
{
    private const string Said = "The scheduler's words.";

    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(SchedulerWord.Silent)]
    [InlineData(SchedulerWord.GoodEnd)]
    [InlineData(SchedulerWord.BadEnd)]
    [InlineData(SchedulerWord.OutOfMemory)]
    [InlineData(SchedulerWord.Cancelled)]
    public void A_record_that_our_stop_reached_the_step_is_a_stop_whatever_the_scheduler_says(SchedulerWord word)
    {
        Decision decision = OrderOfEvidence.Decide(Complete(EndClass.Cancelled, 143), word, Told(EndClass.Infrastructure));
        Assert.Equal((EndClass.Cancelled, 143), (decision.End.Class, decision.End.Evidence.ExitCode));
    }

    [Fact]
    public void Without_a_record_our_log_of_the_stop_decides()
    {
        AttemptEnd told = Told(EndClass.Infrastructure);
        Decision decision = OrderOfEvidence.Decide(new OwnRecord.None(), SchedulerWord.BadEnd, told, stopReachedIt: true);
        Assert.Equal(EndClass.Cancelled, decision.End.Class);
    }

    [Fact]
    public void A_complete_record_of_a_step_that_ended_before_the_stop_counts_more_than_the_stop() =>
        Assert.Equal(
            EndClass.Succeeded,
            OrderOfEvidence.Decide(
                Complete(EndClass.Succeeded, 0), SchedulerWord.Cancelled, Told(EndClass.Cancelled), stopReachedIt: true).End.Class);

    [Theory]
    [InlineData(SchedulerWord.Silent, "")]
    [InlineData(SchedulerWord.GoodEnd, "")]
    [InlineData(SchedulerWord.Cancelled, Said)]
    [InlineData(SchedulerWord.TimeLimit, Said)]
    [InlineData(SchedulerWord.NodeFailure, Said)]
    [InlineData(SchedulerWord.Preempted, Said)]
    public void A_complete_success_stays_one_and_the_other_word_is_told_aside(SchedulerWord word, string aside)
    {
        Decision decision = OrderOfEvidence.Decide(Complete(EndClass.Succeeded, 0), word, Told(EndClass.Infrastructure));
        Assert.Equal((EndClass.Succeeded, aside), (decision.End.Class, decision.Aside));
    }

    [Theory]
    [InlineData(false, EndClass.Limit)]
    [InlineData(true, EndClass.Succeeded)]
    public void A_success_in_which_something_was_killed_for_memory_fails_unless_the_exit_code_is_trusted(bool trusted, EndClass kind)
    {
        Decision decision = OrderOfEvidence.Decide(
            Complete(EndClass.Succeeded, 0), SchedulerWord.OutOfMemory, Told(EndClass.Limit), exitCodeIsTrusted: trusted);
        Assert.Equal(kind, decision.End.Class);
        Assert.Contains(Said, decision.End.Evidence.Text + decision.Aside, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SchedulerWord.OutOfMemory, EndClass.Limit)]
    [InlineData(SchedulerWord.TimeLimit, EndClass.Limit)]
    [InlineData(SchedulerWord.Preempted, EndClass.Infrastructure)]
    [InlineData(SchedulerWord.NodeFailure, EndClass.Infrastructure)]
    public void A_failed_step_that_the_scheduler_ended_has_its_class_with_both_facts(SchedulerWord word, EndClass kind)
    {
        AttemptEnd end = OrderOfEvidence.Decide(Complete(EndClass.Step, 9), word, Told(kind)).End;
        Assert.Equal((kind, 9, $"The record's words. {Said}"), (end.Class, end.Evidence.ExitCode, end.Evidence.Text));
    }

    [Theory]
    [InlineData(SchedulerWord.Silent)]
    [InlineData(SchedulerWord.GoodEnd)]
    [InlineData(SchedulerWord.BadEnd)]
    [InlineData(SchedulerWord.Cancelled)]
    public void A_failed_step_is_the_steps_failure_otherwise(SchedulerWord word) =>
        Assert.Equal(EndClass.Step, OrderOfEvidence.Decide(Complete(EndClass.Step, 9), word, Told(EndClass.Infrastructure)).End.Class);

    [Theory]
    [InlineData(SchedulerWord.GoodEnd, EndClass.Succeeded, EndClass.Infrastructure)]
    [InlineData(SchedulerWord.BadEnd, EndClass.Infrastructure, EndClass.Infrastructure)]
    [InlineData(SchedulerWord.OutOfMemory, EndClass.Limit, EndClass.Limit)]
    public void A_step_that_began_and_left_no_end_fails_with_the_schedulers_word(SchedulerWord word, EndClass told, EndClass kind)
    {
        AttemptEnd end = OrderOfEvidence.Decide(new OwnRecord.Begun(Now), word, Told(told)).End;
        Assert.Equal((kind, true, (DateTimeOffset?)Now), (end.Class, end.StepMayHaveRun, end.StartedAt));
        Assert.Equal($"The step began and left no result. {Said}", end.Evidence.Text);
    }

    [Fact]
    public void A_success_of_the_scheduler_without_a_record_is_a_failure_that_says_both()
    {
        AttemptEnd end = OrderOfEvidence.Decide(new OwnRecord.None(), SchedulerWord.GoodEnd, Told(EndClass.Succeeded)).End;
        Assert.Equal(EndClass.Infrastructure, end.Class);
        Assert.Contains("reports success, but the job's wrapper left no receipt", end.Evidence.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_record_a_bad_end_has_the_schedulers_words() =>
        Assert.Equal(
            (EndClass.Limit, Said),
            OrderOfEvidence.Decide(new OwnRecord.None(), SchedulerWord.TimeLimit, Told(EndClass.Limit)).End is var end
                ? (end.Class, end.Evidence.Text)
                : default);

    private static OwnRecord.Complete Complete(EndClass kind, int exitCode) => new(End(kind, "The record's words.", exitCode));

    private static AttemptEnd Told(EndClass kind) => End(kind, Said, exitCode: null);

    private static AttemptEnd End(EndClass kind, string text, int? exitCode) => new()
    {
        Class = kind,
        StepMayHaveRun = exitCode is not null,
        Evidence = new Evidence { Source = EvidenceSource.Backend, Text = text, ExitCode = exitCode, ObservedAt = Now },
    };
}
