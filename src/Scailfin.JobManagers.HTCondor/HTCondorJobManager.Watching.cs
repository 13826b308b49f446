using HTCondor.Net;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.HTCondor.Attempts;

namespace Scailfin.JobManagers.HTCondor;

/// <summary>Hints from the event logs.</summary>
internal sealed partial class HTCondorJobManager : IDisposable
{
    private readonly EventWatch _events;

    public void Dispose() => _events.Dispose();

    /// <summary>A schedd elsewhere writes its log elsewhere.</summary>
    private void Watch(Attempt attempt, JobKey key)
    {
        if (!_options.Spool && _changed is not null)
            _events.Add(new AttemptPlace(attempt), attempt.JobId, key);
    }
}
