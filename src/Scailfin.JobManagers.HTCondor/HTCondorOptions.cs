using HTCondor.Net.ClassAds;
using HTCondor.Net.Schedds;
using Scailfin.JobWrapper.Sites;

namespace Scailfin.JobManagers.HTCondor;

/// <summary>Options of a backend of kind <c>htcondor</c>; README.md describes them.</summary>
internal sealed partial record HTCondorOptions
{
    public ScheddLocation Schedd { get; init; } = ScheddLocation.Local;

    /// <summary>How calls reach the schedd.</summary>
    public TransportChoice Transport { get; init; }

    /// <summary>Words before each of HTCondor's commands and before the worker; <c>{user}</c> is replaced.</summary>
    public IReadOnlyList<string> Prefix { get; init; } = [];

    /// <summary>The native worker's program; empty for the one beside this program.</summary>
    public string Worker { get; init; } = "";

    /// <summary>Who submits: empty for the service's own user, <c>{owner}</c> for the job's owner, else a login name.</summary>
    public string User { get; init; } = "";

    /// <summary>Where a submitting user's tokens lie; <c>{user}</c> is replaced; empty for HTCondor's own default.</summary>
    public string TokenDirectory { get; init; } = "";

    /// <summary>Whether the schedd sees none of our files: input is spooled, output retrieved.</summary>
    public bool Spool { get; init; }

    /// <summary>Whether the pool starts the image itself (container universe); then the wrapper starts none.</summary>
    public bool ContainerUniverse { get; init; }

    /// <summary>ANDed with what a step requires.</summary>
    public ClassAdExpression? Requirements { get; init; }

    /// <summary>The processor that slots must have, in HTCondor's words; empty for any.</summary>
    public string Architecture { get; init; } = "";

    /// <summary>Only slots of this file system domain, where files are shared; null for any.</summary>
    public string? FileSystemDomain { get; init; }

    /// <summary>Of every job: among one user's jobs the higher goes first.</summary>
    public int Priority { get; init; }

    /// <summary>Further attributes of every job.</summary>
    public ClassAd Attributes { get; init; } = [];

    /// <summary>For steps that name none.</summary>
    public string? AccountingGroup { get; init; }

    /// <summary>Those that a step may name; empty for any.</summary>
    public IReadOnlyList<string> AccountingGroups { get; init; } = [];

    /// <summary>The site's names for run times (CERN's JobFlavour).</summary>
    public IReadOnlyDictionary<string, TimeSpan> Flavours { get; init; } = new Dictionary<string, TimeSpan>();

    /// <summary>What a run time means that is neither a flavour nor a number; null: it is refused.</summary>
    public TimeSpan? MaxRuntimeOtherwise { get; init; }

    /// <summary>For steps that ask for nothing.</summary>
    public JobResources DefaultResources { get; init; } = new() { Cpus = 1, Memory = 1L << 30, Disk = 1L << 30 };

    public KerberosOptions? Kerberos { get; init; }

    /// <summary>Jobs in the queue at once; the others wait in our store.</summary>
    public int InFlight { get; init; } = 2000;

    /// <summary>Transactions a second; what comes faster is gathered into larger ones.</summary>
    public int SubmitsPerSecond { get; init; } = 10;

    /// <summary>The truth is asked for that often.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a job may be on hold by somebody's wish, or never find a machine after its start.</summary>
    public TimeSpan HeldBound { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How often a job whose step has not begun is released from a hold that may pass.</summary>
    public int Releases { get; init; } = 3;

    /// <summary>Attempts beyond the first after an infrastructure failure before the step began.</summary>
    public int Restarts { get; init; }

    /// <summary>How long one call to the schedd may take.</summary>
    public TimeSpan CallDeadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Largest archive of outputs that is unpacked, in bytes of content.</summary>
    public long LargestOutput { get; init; } = 100L << 30;

    /// <summary>What the wrapper is told.</summary>
    public SiteProfile Profile { get; init; } = new();
}

/// <summary>Where a Kerberos ticket for the schedd comes from (contract D.1).</summary>
/// <param name="Keytab">Absolute path.</param>
/// <param name="Principal">Such as <c>jane@CERN.CH</c>.</param>
/// <param name="Renewal">How often a new ticket is fetched.</param>
internal sealed record KerberosOptions(string Keytab, string Principal, TimeSpan Renewal);
