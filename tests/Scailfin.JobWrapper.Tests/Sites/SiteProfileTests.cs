using Scailfin.Core.JobManagers;
using Scailfin.JobWrapper.Sites;
using Scailfin.Testing;

namespace Scailfin.JobWrapper.Tests.Sites;

public sealed class SiteProfileTests
{
    [Theory]
    [InlineData("runtimes", "docker", "a list of any of")]
    [InlineData("launcher", "mpirun", "one of: none, aprun, srun")]
    [InlineData("scratch", "relative", "absolute paths, or paths that begin with a variable")]
    [InlineData("scratch", "$1/x", "absolute paths, or paths that begin with a variable")]
    [InlineData("scratch", "/a/$B", "absolute paths, or paths that begin with a variable")]
    [InlineData("image_cache", "$A/../b", "absolute paths, or paths that begin with a variable")]
    [InlineData("image_directory", "../x", "absolute paths")]
    [InlineData("binds", "/a:b", "SOURCE[:TARGET][:ro]")]
    [InlineData("binds", "/a,/b", "SOURCE[:TARGET][:ro]")]
    [InlineData("modules", "docker: x", "RUNTIME: WORD...")]
    [InlineData("runtime_options", "apptainer: 'x'", "RUNTIME: WORD...")]
    [InlineData("container_workspace_root", "/a b", "letters, digits")]
    [InlineData("container_workspace_root", "/", "letters, digits")]
    [InlineData("staging", "scp", "one of: shared, transfer, chirp")]
    [InlineData("umask", "777", "octal digits")]
    [InlineData("umask", "8", "octal digits")]
    [InlineData("job_rules", "gen*", "PATTERN:")]
    [InlineData("job_rules", "gen*: cpus=0", "PATTERN:")]
    [InlineData("job_rules", "gen*: memory=2", "PATTERN:")]
    [InlineData("job_rules", "gen*: disks=2", "PATTERN:")]
    [InlineData("pull_tries", "0", "from 1 to 20")]
    [InlineData("unheard_of", "x", "unknown option")]
    public void A_bad_option_is_told_with_its_value_and_its_rule(string option, string value, string rule)
    {
        var options = new BackendOptions("b", new Dictionary<string, object> { [option] = value });
        SiteProfile.Read(options, new SiteProfile());
        string problem = Assert.Single(options.Problems);
        Assert.Contains(option, problem, StringComparison.Ordinal);
        Assert.Contains(rule, problem, StringComparison.Ordinal);
        Assert.StartsWith("backend 'b': ", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_of_job_names_gives_resources_and_the_first_that_matches_holds()
    {
        var values = new Dictionary<string, object>
        {
            ["job_rules"] = (List<string>)["gen*: cpus=4 memory=2GB gpus=1 time=3600 nodes=1 tasks=4 disk=10MB", "*: cpus=1"],
        };
        SiteProfile profile = SiteProfile.Read(new BackendOptions("b", values), new SiteProfile());
        Assert.Equal(
            new JobResources
            {
                Cpus = 4,
                Memory = 2L << 30,
                Disk = 10L << 20,
                Gpus = 1,
                Nodes = 1,
                Tasks = 4,
                Time = TimeSpan.FromHours(1),
            },
            profile.ResourcesOf(Specs.Valid() with { JobName = "generate" }));
        Assert.Equal(new JobResources { Cpus = 1 }, profile.ResourcesOf(Specs.Valid() with { JobName = "Generate" }));
    }

    [Theory]
    [InlineData("docker.io/library/busybox:1.36", true)]
    [InlineData("docker://busybox", true)]
    [InlineData("host:5000/a/b@sha256:0123456789012345678901234567890123456789012345678901234567890123", true)]
    [InlineData("/images/a.sif", true)]
    [InlineData("oras://x/y", false)]
    [InlineData("library://x/y", false)]
    [InlineData("/elsewhere/a", false)]
    [InlineData("a/../b", false)]
    [InlineData("-x", false)]
    [InlineData("", false)]
    public void An_image_is_a_name_or_lies_in_an_image_directory(string image, bool allowed)
    {
        var profile = new SiteProfile { ImageDirectories = ["/images", "/cvmfs/unpacked"] };
        Assert.Equal(allowed, WrapperScript.Validate(Specs.Valid() with { DockerImage = image }, profile) is []);
    }

    [Fact]
    public void A_place_without_the_directory_that_it_needs_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Render(new WrapperPlace { Staging = StagingMode.Shared }));
        Assert.Throws<ArgumentException>(() => Render(new WrapperPlace { Staging = StagingMode.Chirp }));
        Assert.Throws<ArgumentException>(() => Render(new WrapperPlace { Staging = StagingMode.Transfer, Directory = "relative" }));
        Assert.NotEmpty(Render(new WrapperPlace { Staging = StagingMode.Transfer }));
    }

    [Theory]
    [InlineData(1, "abc")]
    [InlineData(-1, "0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData(1, "$(touch x)00000000000000000000000000000000000000000000000000000")]
    public void An_input_archive_without_a_size_and_a_digest_is_refused(long size, string digest) =>
        Assert.Throws<ArgumentException>(() => Render(new WrapperPlace { Staging = StagingMode.Transfer, Input = (size, digest) }));

    [Fact]
    public void Every_setting_at_the_head_of_a_script_has_its_value() =>
        Assert.DoesNotMatch("=@|@$", Render(new WrapperPlace { Staging = StagingMode.Transfer }).Split("# --- words")[0]);

    [Fact]
    public void Only_the_runtimes_that_the_site_names_are_in_the_script()
    {
        string script = WrapperScript.Render(
            Specs.NewAttempt(Specs.Valid()), new SiteProfile { Runtimes = ["shifter"] }, WrapperPlace.Shared("/d"));
        Assert.Contains("shifter_command()", script, StringComparison.Ordinal);
        Assert.DoesNotContain("podman_command", script, StringComparison.Ordinal);
        Assert.DoesNotContain("apptainer_command", script, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/ws", "cd /ws && cat /ws/a", new[] { "cd ", " && cat ", "/a" })]
    [InlineData("/ws", "/ws2 /x/ws /ws-a /ws.b a/ws", new[] { "/ws2 /x/ws /ws-a /ws.b a/ws" })]
    [InlineData("/ws", "'/ws'\"/ws\"=/ws:/ws", new[] { "'", "'\"", "\"=", ":", "" })]
    [InlineData("/ws", "/ws/ws", new[] { "", "/ws" })]
    [InlineData("/ws", "", new[] { "" })]
    public void A_moved_workspace_is_found_as_an_exact_prefix_only(string path, string text, string[] pieces) =>
        Assert.Equal(pieces, MovedPath.Split(text, path));

    private static string Render(WrapperPlace place) => WrapperScript.Render(Specs.NewAttempt(Specs.Valid()), new SiteProfile(), place);
}
