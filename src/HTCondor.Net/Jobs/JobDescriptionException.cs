namespace HTCondor.Net.Jobs;

/// <summary>A <see cref="JobDescription"/> cannot be submitted; nothing was sent.</summary>
public sealed class JobDescriptionException : ArgumentException
{
    internal JobDescriptionException(IReadOnlyList<JobProblem> problems)
        : base("The job cannot be submitted. " + string.Join("; ", problems)) => Problems = problems;

    /// <summary>All that is wrong with it.</summary>
    public IReadOnlyList<JobProblem> Problems { get; }
}
