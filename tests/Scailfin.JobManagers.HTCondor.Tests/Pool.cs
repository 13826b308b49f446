using Scailfin.JobManagers.HTCondor.Tests;
using Scailfin.Testing.Containers;

[assembly: AssemblyFixture(typeof(Pool))]

namespace Scailfin.JobManagers.HTCondor.Tests;

/// <summary>One real pool for all tests that leave it as it is; those that harm it make one for themselves.</summary>
public sealed class Pool : IAsyncLifetime
{
    /// <summary>The framework that runs these tests; the worker runs inside with the same one.</summary>
    private static readonly string Framework = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "../../.."));

    private static readonly string WorkerFolder = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../HTCondor.Net.Worker", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'))));

    public HpcContainer Site { get; } = NewSite("");

    /// <summary>What starts a .NET program inside.</summary>
    public static string Host => Path.Combine(Framework, "dotnet");

    public static string Worker => Path.Combine(WorkerFolder, "htcondor-net-worker.dll");

    public static HpcContainer NewSite(string configuration) =>
        new() { Options = new HpcOptions { CondorConfiguration = configuration, ReadOnlyMounts = [Framework, WorkerFolder] } };

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => Site.DisposeAsync();
}
