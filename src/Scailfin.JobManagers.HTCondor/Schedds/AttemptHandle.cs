using System.Globalization;
using HTCondor.Net;
using Scailfin.Core.Jobs;

namespace Scailfin.JobManagers.HTCondor.Schedds;

/// <summary>
/// The schedd's name for an attempt, <c>12.0</c>, which is all that is remembered: everything else is found by the attempt's identity.
/// </summary>
internal static class AttemptHandle
{
    public static BackendHandle Of(JobKey key) => new(key.ToString());

    /// <summary>Reads a handle; null if this manager did not write it.</summary>
    public static JobKey? Parse(BackendHandle? handle) =>
        handle?.Id.Split('.') is [var cluster, var proc]
        && int.TryParse(cluster, NumberStyles.None, CultureInfo.InvariantCulture, out int first)
        && int.TryParse(proc, NumberStyles.None, CultureInfo.InvariantCulture, out int second)
            ? new JobKey(first, second)
            : null;
}
