using Scailfin.Core.Jobs;

namespace Scailfin.Core.Tests.Jobs;

public sealed class JobStatusTests
{
    [Fact]
    public void The_names_are_those_of_REANA() =>
        Assert.Equal(
            ["created", "queued", "running", "finished", "failed", "stopped"],
            Enum.GetValues<JobStatus>().Select(status => status.Name()));

    [Fact]
    public void Every_name_reads_back_as_its_status() =>
        Assert.All(Enum.GetValues<JobStatus>(), status => Assert.Equal(status, JobStatuses.Parse(status.Name())));

    [Theory]
    [InlineData("Queued")]
    [InlineData("")]
    [InlineData("succeeded")]
    public void A_name_that_is_not_REANAs_is_refused_by_name(string name) =>
        Assert.Contains($"'{name}'", Assert.Throws<FormatException>(() => JobStatuses.Parse(name)).Message, StringComparison.Ordinal);

    [Fact]
    public void Finished_failed_and_stopped_are_terminal_and_nothing_else() =>
        Assert.Equal(
            [JobStatus.Finished, JobStatus.Failed, JobStatus.Stopped],
            Enum.GetValues<JobStatus>().Where(status => status.IsTerminal()));
}
