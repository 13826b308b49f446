using System.Collections.Concurrent;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;

namespace Scailfin.Testing;

/// <summary>The members of a job manager that are called about attempts.</summary>
public enum ManagerMember
{
    Submit,
    Find,
    Observe,
    Stop,
    Collect,
    Release,
}

/// <summary>
/// A real manager in which some attempts have a fault each: one member throws whenever it is called about them, as a manager does that has
/// a fault or meets a file that it did not expect.
/// </summary>
public sealed class FailingJobManager(IJobManager inner) : IJobManager
{
    public const string Fault = "a fault that nobody expected";

    private readonly ConcurrentDictionary<string, ManagerMember> _faults = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _uncertain = new(StringComparer.Ordinal);

    /// <summary>Whether the faults are mended.</summary>
    public bool IsMended { get; set; }

    public JobManagerTraits Traits => inner.Traits;

    /// <summary>Which member throws at the jobs that are submitted with this name; null for none.</summary>
    public static ManagerMember? FaultOf(JobSpec spec) =>
        Enum.TryParse(spec.JobName, out ManagerMember member) && Enum.IsDefined(member) ? member : null;

    public IReadOnlyList<SpecProblem> Validate(JobSpec spec) => inner.Validate(spec);

    public async Task<Submission> SubmitAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        if (FaultOf(attempt.Spec) is { } member)
            _faults[attempt.Identity] = member;
        ThrowIfFaulty(ManagerMember.Submit, attempt);
        Submission submission = await inner.SubmitAsync(attempt, cancellationToken);

        // Only what is uncertain is looked for.
        bool isLost = FaultOf(attempt.Spec) == ManagerMember.Find && _uncertain.TryAdd(attempt.Identity, true);
        return isLost ? new Submission.Unknown("the answer was lost") : submission;
    }

    public Task<IReadOnlyList<Finding>> FindAsync(IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken)
    {
        ThrowIfFaulty(ManagerMember.Find, [.. attempts]);
        return inner.FindAsync(attempts, cancellationToken);
    }

    public Task<IReadOnlyList<Observation>> ObserveAsync(IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken)
    {
        ThrowIfFaulty(ManagerMember.Observe, [.. attempts]);
        return inner.ObserveAsync(attempts, cancellationToken);
    }

    public Task ApplyAsync(Attempt attempt, Remedy remedy, CancellationToken cancellationToken) =>
        inner.ApplyAsync(attempt, remedy, cancellationToken);

    public Task<StopAnswer> StopAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        ThrowIfFaulty(ManagerMember.Stop, attempt);
        return inner.StopAsync(attempt, cancellationToken);
    }

    public Task<Collected> CollectAsync(Attempt attempt, AttemptEnd? end, CancellationToken cancellationToken)
    {
        ThrowIfFaulty(ManagerMember.Collect, attempt);
        return inner.CollectAsync(attempt, end, cancellationToken);
    }

    public Task ReleaseAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        ThrowIfFaulty(ManagerMember.Release, attempt);
        return inner.ReleaseAsync(attempt, cancellationToken);
    }

    private void ThrowIfFaulty(ManagerMember member, params Attempt[] attempts)
    {
        if (!IsMended && attempts.Any(attempt => _faults.TryGetValue(attempt.Identity, out ManagerMember faulty) && faulty == member))
            throw new InvalidOperationException(Fault);
    }
}
