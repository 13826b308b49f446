using Scailfin.Core.Accounts;
using Scailfin.JobManagers.Batch.Logins;
using Scailfin.JobWrapper.Sites;

namespace Scailfin.JobManagers.Batch.Options;

/// <summary>
/// The options that all backends of batch schedulers share; a scheduler's own options derive from them. README.md describes them.
/// </summary>
public record BatchOptions
{
    /// <summary>The submitting user: empty for the service's own user, <c>{owner}</c> for the job's owner, else a login name.</summary>
    public string User { get; init; } = "";

    /// <summary>Which logins of this machine the jobs' owners are.</summary>
    public UserAccounts Accounts { get; init; } = UserAccounts.None;

    /// <summary>The Kerberos login of the service at the scheduler; null for none.</summary>
    public KerberosOptions? Kerberos { get; init; }

    /// <summary>Maximum number of jobs in the scheduler's queue; the others wait in the service's store.</summary>
    public int InFlight { get; init; } = 2000;

    /// <summary>Maximum number of submit transactions per second; jobs that arrive faster share a transaction.</summary>
    public int SubmitsPerSecond { get; init; } = 10;

    /// <summary>The interval between two queries of the scheduler.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Attempts beyond the first after an infrastructure failure before the step began.</summary>
    public int Restarts { get; init; }

    /// <summary>How long one call to the scheduler may take.</summary>
    public TimeSpan CallDeadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long collecting the outputs of an ended job is tried again, such as while the workspace's disk is full.</summary>
    public TimeSpan CollectBound { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Largest archive of outputs that is unpacked, in bytes of content.</summary>
    public long LargestOutput { get; init; } = 100L << 30;

    /// <summary>The site profile of the wrapper.</summary>
    public SiteProfile Profile { get; init; } = new();
}
