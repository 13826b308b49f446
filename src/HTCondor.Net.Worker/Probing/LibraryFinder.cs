using System.Runtime.InteropServices;

namespace HTCondor.Net.Worker.Probing;

/// <summary>Finds libcondor_utils: its file's name has the version in it (<c>libcondor_utils_23_9_6.so</c>).</summary>
internal static class LibraryFinder
{
    private const string Pattern = "libcondor_utils_*.so";

    /// <summary>The library directories of Debian's, Fedora's and the project's packages, and of a tarball's usual place.</summary>
    public static IReadOnlyList<string> UsualFolders { get; } =
    [
        "/usr/lib", $"/usr/lib/{Triplet}", "/usr/lib64", "/usr/lib/condor", "/usr/lib64/condor", $"/usr/lib/{Triplet}/condor",
        "/usr/local/lib", "/usr/local/condor/lib", "/opt/condor/lib", "/opt/condor/lib/condor",
    ];

    private static string Triplet =>
        RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "aarch64-linux-gnu" : "x86_64-linux-gnu";

    /// <summary>The newest one in the first folder that has any; null if there is none.</summary>
    /// <param name="place">A file, or a folder to look in; null for the usual ones.</param>
    public static string? Find(string? place)
    {
        if (place is not null && File.Exists(place))
            return Path.GetFullPath(place);
        IEnumerable<string> folders = place is null ? UsualFolders : [place];
        return folders.Where(Directory.Exists)
            .Select(folder => Directory.GetFiles(folder, Pattern).MaxBy(VersionOf))
            .FirstOrDefault(file => file is not null);
    }

    private static Version VersionOf(string file)
    {
        string digits = Path.GetFileNameWithoutExtension(file)["libcondor_utils_".Length..].Replace('_', '.');
        return Version.TryParse(digits, out Version? version) ? version : new Version(0, 0);
    }
}
