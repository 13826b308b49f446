namespace HTCondor.Net.Jobs;

/// <summary>The universe of a job.</summary>
public enum JobUniverse
{
    /// <summary>A program on a slot of the pool.</summary>
    Vanilla,

    /// <summary>A program in a container that the slot's machine starts.</summary>
    Container,

    /// <summary>Handed on to another system, such as Slurm: <see cref="JobDescription.GridResource"/> says which.</summary>
    Grid,
}
