using System.Diagnostics;
using Scailfin.Core.Lifecycle;

namespace Scailfin.JobController.Hosting;

/// <summary>
/// For reliability tests of the published program: <c>SCAILFIN_TEST_KILL_AT=POINT:N</c> makes the service kill itself, as kill -9 would,
/// when a job reaches that point for the Nth time.
/// </summary>
internal sealed class KillAtFaultPoint : FaultPoints
{
    private readonly string _point;
    private int _left;

    private KillAtFaultPoint(string point, int count)
    {
        _point = point;
        _left = count;
    }

    public static FaultPoints FromEnvironment()
    {
        string[] parts = (Environment.GetEnvironmentVariable("SCAILFIN_TEST_KILL_AT") ?? "").Split(':');
        return parts.Length == 2 && All.Contains(parts[0]) && int.TryParse(parts[1], out int count)
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
