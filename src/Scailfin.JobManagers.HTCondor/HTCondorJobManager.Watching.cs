using Scailfin.Core.Jobs;

namespace Scailfin.JobManagers.HTCondor;

internal sealed partial class HTCondorJobManager
{
    private void Watch(Attempt attempt)
    {
    }

    private void Unwatch(Attempt attempt)
    {
    }
}
