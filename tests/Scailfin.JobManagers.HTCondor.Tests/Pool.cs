using Scailfin.JobManagers.HTCondor.Tests;
using Scailfin.Testing.Containers;

[assembly: AssemblyFixture(typeof(Pool))]

namespace Scailfin.JobManagers.HTCondor.Tests;

/// <summary>One real pool for all tests that leave it as it is; those that harm it make one for themselves.</summary>
public sealed class Pool : IAsyncLifetime
{
    /// <summary>
    /// The worker as native code, where tests/run.sh has made it; else as it was built, with the framework that runs these tests.
    /// </summary>
    private static readonly string? Published =
        Environment.GetEnvironmentVariable("SCAILFIN_TEST_CONDOR_WORKER") is { Length: > 0 } path ? path : null;

    private static readonly string Framework =
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "../../.."));

    private static readonly string Built = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory,
        "../../HTCondor.Net.Worker",
        Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')),
        "htcondor-net-worker.dll"));

    public HpcContainer Site { get; } = NewSite("");

    /// <summary>A pool of the newer HTCondor of Debian sid.</summary>
    public HpcContainer Newest { get; } = NewSite("", "condor-sid");

    /// <summary>What starts the worker inside, before its path.</summary>
    public static IReadOnlyList<string> Host => Published is null ? [Path.Combine(Framework, "dotnet")] : [];

    public static string Worker => Published ?? Built;

    /// <summary>A shadow serves one job only, whose number is then in its command line.</summary>
    private const string OneJobForAShadow = "SHADOW_WORKLIFE = 0\n";

    public static HpcContainer NewSite(string configuration, string image = "hpc")
    {
        string[] mounts = Published is null ? [Framework, Path.GetDirectoryName(Built)!] : [Path.GetDirectoryName(Published)!];
        return new HpcContainer
        {
            Options = new HpcOptions
            {
                Image = image,
                CondorConfiguration = OneJobForAShadow + configuration,
                ReadOnlyMounts = mounts,
            },
        };
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await Site.DisposeAsync();
        await Newest.DisposeAsync();
    }
}
