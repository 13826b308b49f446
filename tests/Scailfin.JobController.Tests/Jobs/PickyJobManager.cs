using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;

namespace Scailfin.JobController.Tests.Jobs;

/// <summary>Finds the same problems in every specification, so that nothing else is ever asked of it.</summary>
internal sealed class PickyJobManager(params SpecProblem[] problems) : IJobManager
{
    public JobManagerTraits Traits { get; } = new()
    {
        HasReceipt = false,
        Staging = [StagingMode.Shared],
        NotKnownBound = TimeSpan.FromMinutes(1),
        ObserveInterval = TimeSpan.FromMinutes(1),
        InFlightLimit = 1,
    };

    public IReadOnlyList<SpecProblem> Validate(JobSpec spec) => problems;

    public Task<Submission> SubmitAsync(Attempt attempt, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<Finding>> FindAsync(IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<Observation>> ObserveAsync(IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<StopAnswer> StopAsync(Attempt attempt, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Collected> CollectAsync(Attempt attempt, AttemptEnd? end, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task ReleaseAsync(Attempt attempt, CancellationToken cancellationToken) => throw new NotSupportedException();
}
