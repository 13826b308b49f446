using HTCondor.Net.ClassAds;
using HTCondor.Net.Schedds;
using Scailfin.JobManagers.Batch.Options;
using Scailfin.JobWrapper.Sites;

namespace Scailfin.JobManagers.HTCondor.Options;

/// <summary>Options of a backend of kind <c>htcondor</c>; README.md describes them.</summary>
internal sealed partial record HTCondorOptions : BatchOptions
{
    public ScheddLocation Schedd { get; init; } = ScheddLocation.Local;

    /// <summary>How calls reach the schedd.</summary>
    public TransportChoice Transport { get; init; }

    /// <summary>Words before each of HTCondor's commands and before the worker; <c>{user}</c> is replaced.</summary>
    public IReadOnlyList<string> Prefix { get; init; } = [];

    /// <summary>The native worker's program; empty for the one beside this program.</summary>
    public string Worker { get; init; } = "";

    /// <summary>The directory of a submitting user's tokens; <c>{user}</c> is replaced; empty for HTCondor's own default.</summary>
    public string TokenDirectory { get; init; } = "";

    /// <summary>Whether the schedd cannot see the service's files: input is spooled, output retrieved.</summary>
    public bool Spool { get; init; }

    /// <summary>Whether the pool starts the image itself (container universe); then the wrapper starts none.</summary>
    public bool ContainerUniverse { get; init; }

    /// <summary>ANDed with what a step requires.</summary>
    public ClassAdExpression? Requirements { get; init; }

    /// <summary>The processor that slots must have, in HTCondor's words; empty for any.</summary>
    public string Architecture { get; init; } = "";

    /// <summary>The file system domain that slots must have if files are shared; null for any.</summary>
    public string? FileSystemDomain { get; init; }

    /// <summary>The priority of every job; among one user's jobs the higher goes first.</summary>
    public int Priority { get; init; }

    /// <summary>Further attributes of every job.</summary>
    public ClassAd Attributes { get; init; } = [];

    /// <summary>The accounting group of steps that name none.</summary>
    public string? AccountingGroup { get; init; }

    /// <summary>The accounting groups that a step may name; empty for any.</summary>
    public IReadOnlyList<string> AccountingGroups { get; init; } = [];

    /// <summary>The site's names for run times (CERN's JobFlavour).</summary>
    public IReadOnlyDictionary<string, TimeSpan> Flavours { get; init; } = new Dictionary<string, TimeSpan>();

    /// <summary>The limit for a run time that is neither a flavour nor a number; null: such a run time is refused.</summary>
    public TimeSpan? MaxRuntimeOtherwise { get; init; }

    /// <summary>The resources of steps that request none.</summary>
    public JobResources DefaultResources { get; init; } = new() { Cpus = 1, Memory = 1L << 30, Disk = 1L << 30 };

    /// <summary>How long a job may be on hold at a user's request, or stay idle after its only start.</summary>
    public TimeSpan HeldBound { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How often a job whose step has not begun is released from a hold that may pass.</summary>
    public int Releases { get; init; } = 3;
}
