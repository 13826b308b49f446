using System.Text;
using HTCondor.Net.Schedds;
using HTCondor.Net.Transports.CommandLine;

namespace HTCondor.Net.Tests.Transports.CommandLine;

/// <summary>What HTCondor 23.9.6's tools really said: Recorded/CommandLine, one file for each case.</summary>
public sealed class RecordedOutputTests
{
    [Theory]
    [InlineData("submit-unknown-schedd", "CLIENT", 2, false)]
    [InlineData("query-unknown-schedd", "CLIENT", 2, false)]
    [InlineData("history-unknown-schedd", "CLIENT", 2, false)]
    [InlineData("act-unknown-schedd", "CLIENT", 2, false)]
    [InlineData("submit-bad-expression", "TOOL", 1, false)]
    [InlineData("query-bad-constraint", "TOOL", 1, false)]
    [InlineData("edit-no-match", "TOOL", 1, false)]
    [InlineData("edit-protected", "TOOL", 1, false)]
    [InlineData("submit-no-token", "AUTHENTICATE", 1003, false)]
    [InlineData("act-no-token", "AUTHENTICATE", 1003, false)]
    [InlineData("act-unreachable", "DCSchedd::actOnJobs", 6001, true)]
    [InlineData("submit-pool-away", "CLIENT", 2, true)]
    [InlineData("query-pool-away", "CLIENT", 2, true)]
    [InlineData("act-pool-away", "CLIENT", 2, true)]
    [InlineData("edit-pool-away", "CLIENT", 2, true)]
    [InlineData("retrieve-pool-away", "CLIENT", 2, true)]
    [InlineData("locate-pool-away", "CEDAR", 6001, true)]
    public void An_error_is_typed(string recording, string subsystem, int code, bool retryable)
    {
        HTCondorError error = ToolErrors.Of(Read(recording));
        Assert.Equal((subsystem, code, retryable, false), (error.Subsystem, error.Code, error.Retryable, error.Ambiguous));
        Assert.NotEmpty(error.Text);
    }

    [Fact]
    public void A_commit_whose_answer_is_not_known_is_ambiguous()
    {
        var result = new ToolResult("condor_submit", 1, [], "ERROR: Failed to commit job submission into the queue.\nSECMAN:2004:lost");
        Assert.True(ToolErrors.Of(result).Ambiguous);
    }

    [Fact]
    public void A_program_that_is_not_there_is_said() => Assert.Contains(
        "could not be started", ToolErrors.Of(new ToolResult("condor_q", 127, [], "not found")).Text, StringComparison.Ordinal);

    [Fact]
    public void Results_of_actions_are_read_job_by_job()
    {
        ToolResult mixed = Read("act-mixed");
        Dictionary<JobKey, JobActionOutcome> results = ActionOutput.Read($"{mixed.OutputText}\n{mixed.ErrorText}");
        Assert.Equal(JobActionOutcome.Done, results[new JobKey(12, 0)]);
        Assert.Equal(JobActionOutcome.NotFound, results[new JobKey(999999, 0)]);
        Assert.Equal(JobActionOutcome.BadStatus, ActionOutput.Read(Read("act-bad-status").ErrorText)[new JobKey(12, 0)]);
        Assert.Empty(ActionOutput.Read(Read("act-no-token").ErrorText));
    }

    [Theory]
    [InlineData("Job 1.0 marked for removal", JobActionOutcome.Done)]
    [InlineData("Job 1.0 removed locally (remote state unknown)", JobActionOutcome.Done)]
    [InlineData("Job 1.0 fast-vacated", JobActionOutcome.Done)]
    [InlineData("Job 1.0 already marked for removal", JobActionOutcome.AlreadyDone)]
    [InlineData("Job 1.0 not in `X' state to be forcibly removed", JobActionOutcome.BadStatus)]
    [InlineData("Job 1.0 cannot be released again, has reached SYSTEM_PERIODIC_RELEASES limit", JobActionOutcome.BadStatus)]
    [InlineData("Permission denied to force removal of job 1.0", JobActionOutcome.PermissionDenied)]
    public void Every_sentence_has_its_outcome(string line, JobActionOutcome outcome) =>
        Assert.Equal(outcome, ActionOutput.Read(line)[new JobKey(1, 0)]);

    private static ToolResult Read(string name)
    {
        string text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Recorded", "CommandLine", name + ".txt"));
        string[] parts = text.Split("--- stdout\n", 2);
        string[] streams = parts[1].Split("--- stderr\n", 2);
        return new ToolResult(
            "condor_" + name.Split('-')[0], int.Parse(parts[0]["exit ".Length..]), Encoding.UTF8.GetBytes(streams[0]), streams[1].Trim());
    }
}
