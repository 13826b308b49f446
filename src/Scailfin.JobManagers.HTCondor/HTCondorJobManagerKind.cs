using Microsoft.Extensions.Logging;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Lifecycle;
using Scailfin.JobManagers.HTCondor.Options;
using Scailfin.JobManagers.HTCondor.Transports;

namespace Scailfin.JobManagers.HTCondor;

/// <summary>Runs jobs on an HTCondor pool.</summary>
internal sealed class HTCondorJobManagerKind(TimeProvider time, ILoggerFactory loggers, FaultPoints faults) : IJobManagerKind
{
    /// <summary>REANA's own backend of this kind.</summary>
    private const string UpstreamBackend = "htcondorcern";

    public string Name => "htcondor";

    /// <summary>Contract G.2: upstream stores a display name.</summary>
    public string StoredName(string backend) => backend == UpstreamBackend ? "HTCondor" : backend;

    /// <summary>HTCondor's configuration is where a machine of a pool has it, or where its tools are told to look.</summary>
    public bool CanWorkHere() => !Environment.IsPrivilegedProcess
        && (Environment.GetEnvironmentVariable("CONDOR_CONFIG") is { Length: > 0 } || File.Exists("/etc/condor/condor_config"));

    public IJobManager Create(string backend, BackendOptions options)
    {
        HTCondorOptions read = HTCondorOptions.Read(options);
        return new HTCondorJobManager(
            backend, read, new ScheddTransports(read, time, loggers), time, loggers.CreateLogger<HTCondorJobManager>())
        {
            Faults = faults,
        };
    }
}
