using Microsoft.Extensions.Logging;
using Scailfin.Core.Accounts;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Lifecycle;
using Scailfin.JobManagers.HTCondor.Options;
using Scailfin.JobManagers.HTCondor.Requests;
using Scailfin.JobManagers.HTCondor.Transports;

namespace Scailfin.JobManagers.HTCondor;

/// <summary>Runs jobs on an HTCondor pool.</summary>
internal sealed class HTCondorJobManagerKind(UserAccounts accounts, TimeProvider time, ILoggerFactory loggers, FaultPoints faults)
    : IJobManagerKind
{
    /// <summary>REANA's own backend of this kind.</summary>
    private const string UpstreamBackend = "htcondorcern";

    public string Name => "htcondor";

    public IReadOnlyList<RequestField> Fields => HTCondorFields.All;

    /// <summary>Contract G.2: upstream stores a display name.</summary>
    public string StoredName(string backend) => backend == UpstreamBackend ? "HTCondor" : backend;

    /// <summary>Whether HTCondor's configuration is at its usual place, or at the one that is set for its tools.</summary>
    public bool CanWorkHere() => !Environment.IsPrivilegedProcess
        && (Environment.GetEnvironmentVariable("CONDOR_CONFIG") is { Length: > 0 } || File.Exists("/etc/condor/condor_config"));

    public IJobManager Create(string backend, BackendOptions options)
    {
        HTCondorOptions read = HTCondorOptions.Read(options) with { Accounts = accounts };
        return new HTCondorJobManager(
            backend, read, new ScheddTransports(read, time, loggers), time, loggers.CreateLogger<HTCondorJobManager>())
        {
            Faults = faults,
        };
    }
}
