using System.Diagnostics;
using System.Text.RegularExpressions;
using Scailfin.Core.JobManagers;
using Scailfin.JobWrapper.Sites;
using Scailfin.Testing;

namespace Scailfin.JobWrapper.Tests;

/// <summary>Scripts run on nodes with bash 3.2, and with tools that are not GNU's.</summary>
public sealed partial class LintTests
{
    /// <summary>What bash 3.2 does not know, and when it came.</summary>
    private static readonly (string Construct, string Pattern)[] Newer =
    [
        ("associative arrays (4.0)", @"\b(declare|local|typeset) -[a-z]*A"),
        ("mapfile, readarray (4.0)", @"\b(mapfile|readarray)\b"),
        ("change of case (4.0)", @"\$\{[A-Za-z_]+(\^|,)"),
        ("|& (4.0)", @"\|&"),
        ("&>> (4.0)", @"&>>"),
        ("coproc (4.0)", @"\bcoproc\b"),
        (";& in case (4.0)", @";;?&"),
        ("BASHPID (4.0)", @"\bBASHPID\b"),
        ("read -t with a fraction, read -N (4.0, 4.1)", @"\bread [^;|]*(-t ?[0-9]*\.|-N)"),
        ("printf %()T (4.2)", @"%\([^)]*\)T"),
        ("declare -g (4.2)", @"\b(declare|typeset) -[a-zA-Z]*g"),
        ("negative subscripts (4.2)", @"\$\{[A-Za-z_]+\[-"),
        ("test -v (4.2)", @"(\[|\[\[|test) -v "),
        ("wait -n (4.3)", @"\bwait -[nfp]"),
        ("name references (4.3)", @"\b(declare|local|typeset) -[a-zA-Z]*n "),
        ("${x@Q} (4.4)", @"\$\{[A-Za-z_]+@"),
        ("local - (4.4)", @"\blocal -( |$)"),
        // A line that ends in this comment is guarded by a look at BASH_VERSINFO.
        ("EPOCHSECONDS, EPOCHREALTIME, SRANDOM (5.0, 5.1)", @"\b(EPOCHSECONDS|EPOCHREALTIME|SRANDOM)\b"),
        ("an array that may be empty, under set -u (4.4)",
            @"(?<!\+)""\$\{(binds|site_mounts|module_init|image_directories|image_cache_places|present_binds|runtime_words"
                + @"|launcher_options|init)\[@\]\}"""),
    ];

    private static readonly TimeSpan LongestMatch = TimeSpan.FromMinutes(1);

    /// <summary>Programs beyond POSIX, each with what the script does where it is missing.</summary>
    private static readonly Dictionary<string, string> Beyond = new(StringComparer.Ordinal)
    {
        ["flock"] = "each job fetches for itself",
        ["stdbuf"] = "the log comes in blocks",
        ["base64"] = "openssl",
        ["openssl"] = "after base64",
        ["sha256sum"] = "shasum, or no digest",
        ["shasum"] = "after sha256sum",
        ["mktemp"] = "in every coreutils and busybox",
        ["readlink"] = "the same",
        ["sync"] = "the same",
        ["tar"] = "without GNU's options",
        ["getconf"] = "4096",
        ["unshare"] = "part of the way to run Charliecloud",
    };

    internal static string Scripts => Path.Combine(Root(), "src", "Scailfin.JobWrapper", "Script");

    [Fact]
    public void No_part_uses_what_bash_3_2_does_not_know()
    {
        var found = new List<string>();
        foreach (string file in Directory.GetFiles(Scripts, "*.sh", SearchOption.AllDirectories))
        {
            foreach ((string line, int number) in File.ReadLines(file).Select((line, number) => (line, number + 1)))
            {
                string code = line.EndsWith(" # only where bash has it", StringComparison.Ordinal) ? "" : Comment().Replace(line, "");
                found.AddRange(Newer.Where(newer => Regex.IsMatch(code, newer.Pattern, RegexOptions.None, LongestMatch))
                    .Select(newer => $"{Path.GetFileName(file)}:{number}: {newer.Construct}: {line.Trim()}"));
            }
        }

        Assert.Empty(found);
    }

    [Theory]
    [InlineData("declare -A map")]
    [InlineData("local -A map")]
    [InlineData("mapfile -t lines")]
    [InlineData("x=${name^^}")]
    [InlineData("x=${name,,}")]
    [InlineData("a |& b")]
    [InlineData("wait -n")]
    [InlineData("printf '%(%s)T'")]
    [InlineData("now=$EPOCHREALTIME")]
    [InlineData("[ -v name ]")]
    [InlineData("local -n other=name")]
    [InlineData("x=${name@Q}")]
    [InlineData("for b in \"${binds[@]}\"; do")]
    public void The_lint_sees_what_is_newer(string code) =>
        Assert.Contains(Newer, newer => Regex.IsMatch(code, newer.Pattern, RegexOptions.None, LongestMatch));

    [Fact]
    public void No_part_calls_a_program_of_the_network_or_another_language()
    {
        IEnumerable<string> calls =
            from file in Directory.GetFiles(Scripts, "*.sh", SearchOption.AllDirectories)
            from line in File.ReadLines(file)
            where Stranger().IsMatch(Comment().Replace(line, ""))
            select $"{Path.GetFileName(file)}: {line.Trim()}";
        Assert.Empty(calls);
    }

    [Fact]
    public void Every_program_beyond_POSIX_has_a_fallback_that_is_said()
    {
        IEnumerable<string> used =
            from file in Directory.GetFiles(Scripts, "*.sh", SearchOption.AllDirectories)
            from line in File.ReadLines(file)
            from Match match in Gnu().Matches(Comment().Replace(line, ""))
            select match.Groups["name"].Value;
        Assert.Empty(used.Distinct().Except(Beyond.Keys));
    }

    [Theory]
    [InlineData(StagingMode.Shared)]
    [InlineData(StagingMode.Transfer)]
    [InlineData(StagingMode.Chirp)]
    public async Task Whole_scripts_are_clean_for_shellcheck(StagingMode staging)
    {
        if (!Exists("shellcheck"))
        {
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", "shellcheck is not on PATH");
            Assert.Fail("shellcheck is not on PATH");
        }

        foreach (string launcher in SiteProfile.KnownLaunchers)
        {
            var profile = new SiteProfile { Runtimes = SiteProfile.KnownRuntimes, Launcher = launcher };
            string script = WrapperScript.Render(
                Specs.NewAttempt(Specs.Valid()), profile, new WrapperPlace { Staging = staging, Directory = "/d" });
            var start = new ProcessStartInfo("shellcheck", ["--shell=bash", "-"])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            };
            using Process process = Process.Start(start)!;
            await process.StandardInput.WriteAsync(script);
            process.StandardInput.Close();
            string complaints = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Empty(complaints);
        }
    }

    private static bool Exists(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Scailfin.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("The tests do not run from a checkout.");
    }

    [GeneratedRegex(@"(^|\s)#.*$", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Comment();

    [GeneratedRegex(@"(^|[;&|(]\s*|\s)(curl|wget|python3?|perl|ruby|nc|ssh|scp|rsync|jq)\s", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Stranger();

    [GeneratedRegex(
        @"(^\s*|[;&|({]\s*|\$\()(?<name>flock|stdbuf|base64|openssl|sha256sum|shasum|mktemp|readlink|realpath|sync|tar|getconf|unshare"
            + @"|timeout|setsid|stat|seq|numfmt|shuf|truncate|pgrep|pkill|nproc|tac|column)\s",
        RegexOptions.ExplicitCapture,
        60_000)]
    private static partial Regex Gnu();
}
