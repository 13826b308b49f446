namespace Scailfin.Testing.Containers;

/// <summary>How one <see cref="HpcContainer"/> differs from the usual one.</summary>
public sealed record HpcOptions
{
    /// <summary><c>hpc</c>, <c>hpc-lmod</c> or <c>condor-sid</c>: a folder of tests/environment.</summary>
    public string Image { get; init; } = "hpc";

    /// <summary>Lines for HTCondor's configuration, read after all others.</summary>
    public string CondorConfiguration { get; init; } = "";

    /// <summary>Files and folders of the host, seen at the same path inside, e.g. the folder of a published program.</summary>
    public IReadOnlyList<string> ReadOnlyMounts { get; init; } = [];

    /// <summary>
    /// Megabytes of a disk of its own for the schedd's SPOOL, for tests that fill it; <see langword="null"/>: the container's disk.
    /// </summary>
    public int? SpoolMegabytes { get; init; }

    /// <summary>Megabytes of memory that all of it may use together, without swap; <see langword="null"/>: the host's.</summary>
    public int? MemoryMegabytes { get; init; }
}
