namespace Scailfin.Core.JobManagers;

/// <summary>A kind of job manager: makes the manager of each backend of this kind. Registered by the kind's own <c>AddX()</c>.</summary>
public interface IJobManagerKind
{
    /// <summary>The name that operators write under <c>kind</c>.</summary>
    string Name { get; }

    /// <summary>The fields of a request that are of this kind alone.</summary>
    IReadOnlyList<RequestField> Fields => [];

    /// <summary>
    /// The name under which jobs of a backend are stored in <c>job.compute_backend</c>: its own, but for upstream's (contract G.2).
    /// </summary>
    string StoredName(string backend) => backend;

    /// <summary>Whether a backend of this kind, with no options at all, could run jobs on this machine.</summary>
    bool CanWorkHere();

    /// <summary>
    /// Makes the manager of one backend. Problems are left in <paramref name="options"/>; then the manager is never used.
    /// </summary>
    IJobManager Create(string backend, BackendOptions options);
}

/// <summary>A backend that an operator asked for.</summary>
/// <param name="Name">What requests name in <c>compute_backend</c>.</param>
/// <param name="Kind">Which kind of manager runs it.</param>
/// <param name="Options">The kind's options, each a string or a list of strings.</param>
public sealed record BackendDefinition(string Name, string Kind, IReadOnlyDictionary<string, object> Options);

/// <summary>A backend that can be used: a named instance of a kind.</summary>
public sealed record Backend(string Name, string Kind, IJobManager Manager)
{
    /// <summary>The name under which its jobs are stored.</summary>
    public string StoredName { get; init; } = Name;
}
