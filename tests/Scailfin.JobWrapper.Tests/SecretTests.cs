using System.Text;
using Scailfin.JobWrapper.Sites;
using Scailfin.JobWrapper.Tests.Conformance;
using Scailfin.Testing.Containers;

namespace Scailfin.JobWrapper.Tests;

/// <summary>
/// A value of the step's environment is nowhere on the node but in the environment of the step's own processes, while it runs and after.
/// </summary>
public sealed class SecretTests(HpcContainer site)
{
    private const string Secret = "this-value-of-a-secret-stands-nowhere-on-the-node";

    // What any user can see of this node, and all that the job's own user can; only this list of patterns and the script carry the value.
    private const string Look =
        """
        look() { # WHEN
          grep -l -a -F -f patterns /proc/[0-9]*/cmdline | while IFS= read -r file; do echo "$1, arguments: $file"; done
          find "$PWD" "$HOME" "${STAND_INS%/*}" /tmp /var/tmp /dev/shm /run /var/log /var/spool -xdev -type f \
            ! -name patterns ! -name before ! -name wrapper.sh \
            -exec grep -l -a -F -f patterns {} + | sed "s/^/$1, file: /"
          { scontrol --details show job; scontrol --details show step; squeue --format %all; squeue --steps; } |
            grep -a -F -f patterns | sed "s/^/$1, scheduler: /"
          grep -l -a -F -f patterns /proc/[0-9]*/environ | while IFS= read -r file; do
            if tr '\0' '\n' <"$file" | grep -q '^SCAILFIN_ATTEMPT='; then
              echo "$1, the step's own environment"
            else
              echo "$1, environment: $file"
            fi
          done | sort -u
        } 2>/dev/null

        """;

    private static readonly RuntimeTarget Target = new()
    {
        Name = "secrets",
        Workspace = "/w",
        StandsIn = true,
        InSlurm = true,
        Profile = new SiteProfile(),
    };

    [Fact]
    public async Task A_secret_is_in_no_argument_list_no_file_no_log_and_not_in_the_schedulers_view()
    {
        string[] names = ["apptainer", "podman", "bubblewrap", "charliecloud", "none", "shifter", "srun"];
        IReadOnlyDictionary<string, AttemptResult> results = await AttemptBatch.RunAsync(site, Target, names.Select(Looked));
        foreach (string name in names)
        {
            AttemptResult result = results[name];
            Assert.True(result.Receipt?.Cause == "stopped", result.ToString());
            Assert.True(result.Text("seen") == "while it runs, the step's own environment\n", $"{name}: {result.Text("seen")}");
        }
    }

    private static Scenario Looked(string runtime) => new(runtime, "echo ready; sleep 1000; true")
    {
        Environment = [new("SECRET", Secret)],
        Site = site => runtime == "srun" ? site with { Runtimes = ["apptainer"], Launcher = "srun" } : site with { Runtimes = [runtime] },
        Spec = spec => spec with { DockerImage = runtime switch { "none" => "", "shifter" => "docker.io/library/box:1", _ => "box" } },
        Before = $"umask 077; printf '{string.Join("\\n", Patterns())}\\n' >patterns",
        StopsAt = "ready",
        AtStop = $"{Look}look 'while it runs' >seen\nkill -TERM $session",
        After = $"{Look}look 'after its end' >>seen",
    };

    /// <summary>The value, and what is surely in any text with it that is encoded as base64.</summary>
    private static IEnumerable<string> Patterns() =>
        from shift in (int[])[0, 1, 2]
        select Convert.ToBase64String(Encoding.UTF8.GetBytes($"{new string('x', shift)}{Secret}"))[4..^4] into encoded
        from pattern in (string[])[Secret, encoded]
        select pattern;
}
