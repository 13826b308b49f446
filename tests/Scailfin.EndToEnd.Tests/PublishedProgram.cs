namespace Scailfin.EndToEnd.Tests;

/// <summary>The program under test, as it is shipped.</summary>
internal static class PublishedProgram
{
    /// <summary>The file in the data directory without which the program ignores SCAILFIN_TEST_KILL_AT.</summary>
    public const string FaultPointsAllowed = "fault-points-allowed";

    /// <summary>Its path; without one the test is skipped, and fails with CI=true.</summary>
    public static string Path => Needed("SCAILFIN_PROGRAM", "names the published program: dotnet publish src/Scailfin.Cli");

    /// <summary>The folder of unpacked images.</summary>
    public static string Images => Needed("SCAILFIN_TEST_IMAGES", "names a folder with the image scailfin/bsm-search:1");

    /// <summary>The program that holds HTCondor's library.</summary>
    public static string CondorWorker => Needed("SCAILFIN_TEST_CONDOR_WORKER", "names the published program htcondor-net-worker");

    private static string Needed(string variable, string what)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value)
            return System.IO.Path.GetFullPath(value);
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail($"{variable} is not set; it {what}");
        Assert.Skip($"{variable} is not set; it {what}");
        return "";
    }
}
