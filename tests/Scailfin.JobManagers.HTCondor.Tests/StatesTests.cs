using HTCondor.Net;
using Scailfin.Core.JobManagers;
using Scailfin.JobManagers.HTCondor.Ads;
using Scailfin.JobManagers.HTCondor.Verdicts;

namespace Scailfin.JobManagers.HTCondor.Tests;

public sealed class StatesTests
{
    [Fact]
    public void Every_hold_code_of_the_manual_has_its_line_and_its_sentence()
    {
        Assert.Equal(Enumerable.Range(1, 48), HTCondorStates.HoldCodes.Order());
        Assert.All(HTCondorStates.HoldCodes, code => Assert.NotEmpty(HTCondorStates.OfHold(code).Means));
    }

    [Fact]
    public void A_hold_that_nobody_knows_is_a_failure_that_names_its_code()
    {
        Hold hold = HTCondorStates.OfHold(4711);
        Assert.Equal(HoldOutcome.Fail, hold.Outcome);
        Assert.Contains("4711", hold.Means, StringComparison.Ordinal);
    }

    [Fact]
    public void What_HTCondors_own_policies_hold_for_too_much_of_something_is_a_limit() =>
        Assert.All([102, 104], subcode => Assert.Equal(
            (HoldOutcome.Fail, EndClass.Limit),
            (HTCondorStates.OfHold(21, subcode).Outcome, HTCondorStates.OfHold(21, subcode).Class)));

    [Fact]
    public void The_hold_of_a_spooling_job_is_an_unfinished_submission() =>
        Assert.Equal(HoldOutcome.Unfinished, HTCondorStates.OfHold(HTCondorStates.SpoolingInput).Outcome);

    [Fact]
    public void A_job_that_its_schedd_removed_because_its_input_did_not_arrive_never_began_and_may_be_tried_again()
    {
        AttemptEnd end = HTCondorEnds.Removed(Removed("Staging of job files failed"), DateTimeOffset.UnixEpoch);
        Assert.Equal((EndClass.Infrastructure, false), (end.Class, end.StepMayHaveRun));
    }

    [Fact]
    public void Any_other_removal_is_the_end_that_somebody_wanted()
    {
        HTCondorEnd byAlice = HTCondorEnds.Removed(Removed("via condor_rm (by user alice)"), DateTimeOffset.UnixEpoch);
        Assert.Equal(EndClass.Cancelled, byAlice.Class);
    }

    private static HTCondorOutput Removed(string reason) =>
        new() { Key = new JobKey(1, 0), Identity = "", Status = HTCondorStates.Removed, RemoveReason = reason };
}
