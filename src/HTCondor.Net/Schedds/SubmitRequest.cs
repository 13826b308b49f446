using HTCondor.Net.ClassAds;

namespace HTCondor.Net.Schedds;

/// <summary>One cluster: what its jobs share, and what each has of its own.</summary>
public sealed record SubmitRequest
{
    /// <summary>Attributes of the cluster ad; complete and validated (<c>JobDescription</c> makes it).</summary>
    public required ClassAd Shared { get; init; }

    /// <summary>One ad for each proc, with the attributes that differ from the shared ones; may be empty. At least one.</summary>
    public required IReadOnlyList<ClassAd> Procs { get; init; }

    /// <summary>
    /// Whether input files are sent afterwards with <see cref="IScheddTransport.SpoolAsync"/>; until then the jobs are held with code 16.
    /// </summary>
    public bool Spool { get; init; }
}

/// <summary>The cluster that a schedd made of a <see cref="SubmitRequest"/>.</summary>
/// <param name="Cluster">The new cluster.</param>
/// <param name="Procs">How many procs it has, numbered from 0.</param>
public sealed record SubmitResult(int Cluster, int Procs);
