using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Scailfin.Core.JobManagers;
using Scailfin.JobWrapper.Sites;

namespace Scailfin.JobWrapper;

/// <summary>The readable parts that a script is put together from: only what applies to the site and the place.</summary>
internal static partial class ScriptParts
{
    /// <summary>The parts between head and step, in their order.</summary>
    public static string Text(SiteProfile profile, StagingMode staging)
    {
        IEnumerable<string> runtimes = profile.Runtimes.Select(KindOf).Distinct().Select(kind => $"runtimes/{kind}.sh");
        string claim = staging == StagingMode.Chirp ? "claim.chirp.sh" : "claim.directory.sh";
        string[] stage = staging switch
        {
            StagingMode.Shared => ["stage.shared.sh"],
            StagingMode.Transfer => ["stage.archive.sh", "stage.transfer.sh"],
            _ => ["stage.archive.sh", "stage.chirp.sh"],
        };
        IEnumerable<string> parts =
        [
            "words.sh", "watch.sh", "stopping.sh", "receipt.sh", "scratch.sh", claim, .. stage, "outputs.sh", "locate.sh", "image.sh",
            .. runtimes, "measure.sh", "log.sh", "inside.sh", "strays.sh", $"launch.{profile.Launcher}.sh", "run.sh",
        ];
        return string.Concat(parts.Select(Read));
    }

    /// <summary>The settings at the beginning, each placeholder filled exactly once: no value is looked at for placeholders.</summary>
    public static string Head(IReadOnlyDictionary<string, string> values) =>
        Placeholder().Replace(Read("head.sh"), match => values[match.Groups["name"].Value]);

    /// <summary>The last part: what happens, in its order. It compares the number of its own line with <paramref name="above"/>.</summary>
    /// <param name="above">The part of the script before it.</param>
    public static string Main(string above)
    {
        string main = Read("main.sh");
        string before = above + main[..main.IndexOf("@LINE@", StringComparison.Ordinal)];
        int line = before.Count(letter => letter == '\n') + 1;
        return main.Replace("@LINE@", line.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    /// <summary>Runtimes that are used in the same way share a part.</summary>
    private static string KindOf(string runtime) => runtime switch
    {
        "singularity" => "apptainer",
        "podman-hpc" => "podman",
        _ => runtime,
    };

    private static string Read(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    [GeneratedRegex("@(?<name>[A-Z_]+)@", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Placeholder();
}
