using Scailfin.JobWrapper.Sites;
using Scailfin.JobWrapper.Tests.Conformance;
using Scailfin.Testing;
using Scailfin.Testing.Containers;

namespace Scailfin.JobWrapper.Tests;

/// <summary>Where a step may write is the same in every runtime: <see cref="WrapperExplanation"/> says it.</summary>
public sealed class WritablePlacesTests(HpcContainer site)
{
    // Every folder and file that the step sees is tried; what takes a byte is said.
    private const string Try =
        """
        find / \( -path /proc -o -path /sys \) -prune -o -type d -print >/tmp/folders
        find / \( -path /proc -o -path /sys -o -path /tmp -o -path '{W}' \) -prune -o -type f -print >/tmp/files
        echo / >>/tmp/folders; echo "$HOME" >>/tmp/folders; echo /proc/sys/kernel >>/tmp/folders
        echo /proc/sys/kernel/hostname >>/tmp/files; echo /proc/sysrq-trigger >>/tmp/files
        { while read -r folder; do if true >"$folder/.tried"; then echo "$folder"; fi; done </tmp/folders
          while read -r file; do if true >>"$file"; then echo "$file"; fi; done </tmp/files
        } 2>/dev/null | grep -v '{W}/' | sort -u
        for place in /tmp /var/tmp; do
          head -c 70000000 /dev/zero >$place/large && cp /bin/busybox $place/busybox && $place/busybox echo "HOME=$HOME" && rm $place/large
        done
        """;

    private const string Rule = "/dev/shm\n/tmp\n/var/tmp\n/w/ws\nHOME=/tmp\nHOME=/tmp\n";

    // In memory, and gone with the step.
    private static readonly Dictionary<string, string[]> OwnCopies = new(StringComparer.Ordinal)
    {
        ["apptainer"] = ["/dev", "/etc/group", "/etc/hosts", "/etc/localtime", "/etc/passwd", "/etc/resolv.conf"],
    };

    private static readonly string[] Users = ["alice", "root"];
    private static readonly string[] Kinds = ["apptainer", "apptainer-file", "bubblewrap", "charliecloud", "podman"];
    private static readonly SemaphoreSlim Gate = new(1);
    private static readonly Dictionary<string, IReadOnlyDictionary<string, AttemptResult>> Results = new(StringComparer.Ordinal);

    public static TheoryData<string, string> Runtimes
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string user in Users)
            {
                // Root's step in CharlieCloud has all of root's power, whatever is mounted how.
                foreach (string runtime in Kinds.Where(runtime => (user, runtime) is not ("root", "charliecloud")))
                    data.Add(user, runtime);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task A_step_may_write_its_workspace_and_three_places_for_temporary_files_and_nothing_else(string user, string runtime)
    {
        AttemptResult result = (await OfAsync(user))[runtime];
        Assert.True(result.Receipt?.ExitCode == 0, result.ToString());
        string[] copies = OwnCopies.GetValueOrDefault(runtime.Split('-')[0], []);
        IEnumerable<string> lines = result.Output.Split('\n').Where(line => line != "/dev/mqueue" && !copies.Contains(line));
        // There it is the node's, with what other jobs of this user have in it.
        lines = lines.Where(line => runtime != "charliecloud" || !line.StartsWith("/dev/shm/", StringComparison.Ordinal));
        Assert.Equal(Rule, string.Join('\n', lines));
    }

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task No_image_is_changed(string user, string runtime) => Assert.Equal("", (await OfAsync(user))[runtime].Text("changed"));

    [Fact]
    public void The_explanation_says_where_a_step_may_write_and_where_the_site_decides()
    {
        const string RuleSaid =
            "The step may write its workspace '/w', and /tmp (its HOME), /var/tmp and /dev/shm, "
                + "which are private to the step and deleted at its end";
        IReadOnlyList<string> usual = Explain(new SiteProfile()), arranged = Explain(new SiteProfile { Runtimes = ["shifter", "none"] });
        Assert.Contains(usual, sentence => sentence.StartsWith(RuleSaid, StringComparison.Ordinal));
        Assert.DoesNotContain(usual, sentence => sentence.Contains("the site decides", StringComparison.Ordinal));
        Assert.DoesNotContain(arranged, sentence => sentence.StartsWith(RuleSaid, StringComparison.Ordinal));
        Assert.Contains("With shifter or none, the site decides where else the step may write.", arranged);

        static IReadOnlyList<string> Explain(SiteProfile profile) => WrapperExplanation.Of(
            Specs.NewAttempt(Specs.Valid() with { WorkflowWorkspace = "/w" }), profile, WrapperPlace.Shared("/d"));
    }

    private async Task<IReadOnlyDictionary<string, AttemptResult>> OfAsync(string user)
    {
        await Gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (!Results.TryGetValue(user, out IReadOnlyDictionary<string, AttemptResult>? results))
            {
                var target = new RuntimeTarget { Name = "writable", User = user, Workspace = "/w/ws", Profile = new SiteProfile() };
                results = Results[user] = await AttemptBatch.RunAsync(site, target, Kinds.Select(Tried));
            }

            return results;
        }
        finally
        {
            Gate.Release();
        }
    }

    private static Scenario Tried(string runtime) => new(runtime, Try)
    {
        Site = site => site with { Runtimes = [runtime.Split('-')[0]] },

        // In CharlieCloud it is the node's, which the other user's step tries, too.
        After = "find ../../images/box -name .tried >changed; rm -f /dev/shm/.tried",
        Spec = spec => runtime.EndsWith("-file", StringComparison.Ordinal) ? spec with { DockerImage = "box.sif" } : spec,
    };
}
