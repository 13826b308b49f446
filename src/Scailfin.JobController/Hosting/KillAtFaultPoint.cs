using System.Diagnostics;
using Scailfin.Core.Lifecycle;
using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Hosting;

/// <summary>
/// Kills the service at a fault point, for reliability tests of the published program: <c>SCAILFIN_TEST_KILL_AT=POINT:N</c> makes the
/// service kill itself, as kill -9 would, when a job reaches that point for the Nth time. The variable alone does nothing: it needs a file
/// in the data directory that only tests make, because a sidecar's environment has a user's secrets in it.
/// </summary>
internal sealed class KillAtFaultPoint : FaultPoints
{
    /// <summary>The file that allows it; its content does not matter.</summary>
    public const string Permission = "fault-points-allowed";

    private const string Variable = "SCAILFIN_TEST_KILL_AT";

    private readonly string _point;
    private int _left;

    private KillAtFaultPoint(string point, int count)
    {
        _point = point;
        _left = count;
    }

    public static FaultPoints Of(DataDirectory data, IReadOnlyDictionary<string, string> variables)
    {
        string[] parts = variables.GetValueOrDefault(Variable, "").Split(':');
        return File.Exists(Path.Combine(data.Path, Permission))
            && parts.Length == 2
            && All.Contains(parts[0])
            && int.TryParse(parts[1], out int count)
            ? new KillAtFaultPoint(parts[0], count)
            : None;
    }

    public override void Reach(string point)
    {
        if (point != _point || Interlocked.Decrement(ref _left) != 0)
            return;
        using Process self = Process.GetCurrentProcess();
        self.Kill();
        new ManualResetEventSlim().Wait();
    }
}
