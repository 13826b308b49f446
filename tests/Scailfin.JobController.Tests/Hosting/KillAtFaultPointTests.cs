using Scailfin.Core.Lifecycle;
using Scailfin.JobController.Hosting;
using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Tests.Hosting;

public sealed class KillAtFaultPointTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("scailfin-kill-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public void The_variable_alone_does_not_make_the_service_kill_itself()
    {
        Assert.Same(FaultPoints.None, Read());
        File.WriteAllText(Path.Combine(_data, KillAtFaultPoint.Permission), "");
        Assert.IsType<KillAtFaultPoint>(Read());
    }

    private FaultPoints Read() => KillAtFaultPoint.Of(
        new DataDirectory(_data),
        new Dictionary<string, string> { ["SCAILFIN_TEST_KILL_AT"] = $"{FaultPoints.IntentStored}:1" });
}
