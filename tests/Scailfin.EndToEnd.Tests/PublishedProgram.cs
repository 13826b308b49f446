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

    /// <summary>The name of the image of the program.</summary>
    public static string Image => NeededText("SCAILFIN_TEST_PROGRAM_IMAGE", "names the image: deploy/docker/build.sh plain");

    /// <summary>The name of the image with HTCondor and the other tools of an HPC site.</summary>
    public static string HpcImage => NeededText("SCAILFIN_TEST_PROGRAM_IMAGE_HPC", "names the image: deploy/docker/build.sh hpc");

    /// <summary>The program helm.</summary>
    public static string Helm => Needed("SCAILFIN_TEST_HELM", "names the program: tests/helm.sh");

    private static string Needed(string variable, string what) => System.IO.Path.GetFullPath(NeededText(variable, what));

    private static string NeededText(string variable, string what)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value)
            return value;
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail($"{variable} is not set; it {what}");
        Assert.Skip($"{variable} is not set; it {what}");
        return "";
    }
}
