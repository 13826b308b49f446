using Scailfin.Core.Jobs;

namespace Scailfin.Core.Tests.Jobs;

public sealed class JobTransitionsTests
{
    private static readonly HashSet<(JobStatus From, JobStatus To)> Allowed =
    [
        (JobStatus.Created, JobStatus.Queued), (JobStatus.Created, JobStatus.Running), (JobStatus.Created, JobStatus.Finished),
        (JobStatus.Created, JobStatus.Failed), (JobStatus.Created, JobStatus.Stopped),
        (JobStatus.Queued, JobStatus.Running), (JobStatus.Queued, JobStatus.Finished), (JobStatus.Queued, JobStatus.Failed),
        (JobStatus.Queued, JobStatus.Stopped),
        (JobStatus.Running, JobStatus.Queued), (JobStatus.Running, JobStatus.Finished), (JobStatus.Running, JobStatus.Failed),
        (JobStatus.Running, JobStatus.Stopped),
    ];

    [Fact]
    public void Exactly_the_transitions_of_the_design_are_allowed()
    {
        foreach (JobStatus from in Enum.GetValues<JobStatus>())
        {
            foreach (JobStatus to in Enum.GetValues<JobStatus>())
                Assert.True(JobTransitions.CanMove(from, to) == (from == to || Allowed.Contains((from, to))), $"{from} to {to}");
        }
    }

    [Fact]
    public void A_terminal_status_is_final()
    {
        foreach (JobStatus from in Enum.GetValues<JobStatus>().Where(status => status.IsTerminal()))
            Assert.Equal([from], Enum.GetValues<JobStatus>().Where(to => JobTransitions.CanMove(from, to)));
    }
}
