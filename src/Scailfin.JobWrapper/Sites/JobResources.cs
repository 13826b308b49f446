namespace Scailfin.JobWrapper.Sites;

/// <summary>The resources that a step requests of a site; null if it requests none.</summary>
public sealed record JobResources
{
    /// <summary>Cores for each task.</summary>
    public int? Cpus { get; init; }

    /// <summary>Bytes, for each node.</summary>
    public long? Memory { get; init; }

    /// <summary>Bytes of scratch, for each node.</summary>
    public long? Disk { get; init; }

    /// <summary>GPUs on each node.</summary>
    public int? Gpus { get; init; }

    public int? Nodes { get; init; }

    /// <summary>Copies of the step that a launcher starts, over all nodes.</summary>
    public int? Tasks { get; init; }

    /// <summary>Wall clock time.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>These requests; those of <paramref name="other"/> for each resource that they do not name.</summary>
    public JobResources Or(JobResources other) => new()
    {
        Cpus = Cpus ?? other.Cpus,
        Memory = Memory ?? other.Memory,
        Disk = Disk ?? other.Disk,
        Gpus = Gpus ?? other.Gpus,
        Nodes = Nodes ?? other.Nodes,
        Tasks = Tasks ?? other.Tasks,
        Time = Time ?? other.Time,
    };
}
