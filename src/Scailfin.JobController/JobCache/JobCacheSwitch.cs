using Scailfin.JobController.Database;
using Scailfin.JobController.Settings;

namespace Scailfin.JobController.JobCache;

/// <summary><c>SCAILFIN_JOB_CACHE</c>: whether <c>/job_cache</c> looks into REANA's table (contract C.14).</summary>
internal static class JobCacheSwitch
{
    private const string Variable = "SCAILFIN_JOB_CACHE";

    /// <summary>The cache is a table of REANA's database.</summary>
    public static bool Read(SettingsReader reader, ServiceMode mode)
    {
        bool isOn = reader.Flag(Variable, false);
        if (isOn && mode == ServiceMode.Standalone)
            reader.Needs(Variable, DatabaseSettings.OwnUrl);
        return isOn;
    }
}
