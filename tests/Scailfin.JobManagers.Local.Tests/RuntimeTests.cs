using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Testing;

namespace Scailfin.JobManagers.Local.Tests;

/// <summary>Steps in a real unpacked image, in every runtime that can run one.</summary>
public abstract class RuntimeTests : IDisposable
{
    private const string Image = "scailfin/bsm-search:1";

    private static readonly string[] Allowed = ["PATH", "HOME", "PWD", "SHLVL", "_", "OLDPWD", "SCAILFIN_ATTEMPT", "MINE"];

    private readonly LocalBench _bench;
    private readonly string[] _own;

    /// <param name="runtime">The wrapper's name of it.</param>
    /// <param name="programs">What must be on PATH.</param>
    /// <param name="own">Variables that the runtime itself sets.</param>
    protected RuntimeTests(string runtime, string[] programs, string[] own)
    {
        _own = own;
        string? images = Environment.GetEnvironmentVariable("SCAILFIN_TEST_IMAGES");
        Need(!string.IsNullOrEmpty(images) && Directory.Exists(Path.Combine(images, Image)), $"SCAILFIN_TEST_IMAGES holds no {Image}");
        foreach (string program in programs)
            Need(OnPath(program), $"{program} is not on PATH");
        _bench = new LocalBench();
        _bench.Options =
            _bench.Options with { Profile = _bench.Options.Profile with { Runtimes = [runtime], ImageDirectories = [images!] } };
    }

    public void Dispose()
    {
        _bench.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task The_workspace_is_at_its_own_path_and_the_step_runs_in_it_as_the_service_or_if_that_is_root_as_the_owners_own_id()
    {
        await File.WriteAllTextAsync(_bench.InWorkspace("in"), "input", TestContext.Current.CancellationToken);
        string log = await _bench.RunAsync(Spec($"pwd; cat '{_bench.InWorkspace("in")}'; echo output >out"));
        Assert.StartsWith($"{_bench.Workspace}\ninput", log, StringComparison.Ordinal);
        Assert.Equal("output\n", await File.ReadAllTextAsync(_bench.InWorkspace("out"), TestContext.Current.CancellationToken));
        uint user = _bench.StepUsers.Of("", out _)?.User ?? LocalBench.OwnUser;
        Assert.Empty(await File.ReadAllTextAsync(await OthersAsync(user), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_step_has_the_environment_of_the_job_and_nothing_else()
    {
        string log = await _bench.RunAsync(Spec("env -0 | tr '\\n\\0' ' \\n'") with { Environment = [new("MINE", "m'ü")] });
        string[] lines = log.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("MINE=m'ü", lines);
        Assert.Empty(lines.Select(line => line.Split('=')[0]).Except(Allowed).Except(_own));
    }

    [Fact]
    public async Task An_image_that_only_root_reaches_runs_as_the_owners_own_id()
    {
        string hidden = Directory.CreateTempSubdirectory("scailfin-images-").FullName;
        Directory.CreateSymbolicLink(Path.Combine(hidden, "images"), _bench.Options.Profile.ImageDirectories.Single());
        _bench.Options = _bench.Options with
        {
            Profile = _bench.Options.Profile with { ImageDirectories = [Path.Combine(hidden, "images")] },
        };
        uint user = _bench.StepUsers.Of("", out _)?.User ?? LocalBench.OwnUser;
        Assert.Equal($"{user}\n", (await _bench.RunAsync(Spec("id -u"))).Split("[scailfin]")[0]);
        Directory.Delete(hidden, recursive: true);
    }

    [Fact]
    public async Task The_exit_code_passes()
    {
        AttemptEnd end = await _bench.EndAsync(await _bench.SubmitAsync(Spec("exit 7")));
        Assert.Equal((EndClass.Step, 7), (end.Class, end.Evidence.ExitCode));
    }

    [Fact]
    public async Task A_stop_leaves_nothing_alive()
    {
        string seconds = LocalBench.UniqueSeconds();
        Attempt attempt =
            await _bench.SubmitAsync(Spec($"trap '' TERM; setsid sleep {seconds} & touch begun; while :; do sleep {seconds}; done"));
        await _bench.FileAsync("begun");
        await _bench.StopAsync(attempt);
        Assert.Equal(EndClass.Cancelled, (await _bench.EndAsync(attempt)).Class);
        await LocalBench.GoneAsync(seconds);
        await Eventually.TrueAsync(() => ProcessTable.MembersOf(attempt.Identity).Count == 0, "no process belongs to the attempt");
    }

    private static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    private static void Need(bool there, string missing)
    {
        if (there)
            return;
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail(missing);
        Assert.Skip(missing);
    }

    /// <summary>A file that names what is in the workspace and does not belong to this user; made without a container.</summary>
    private async Task<string> OthersAsync(uint user)
    {
        LocalOptions options = _bench.Options;
        _bench.Options = options with { Profile = options.Profile with { Runtimes = ["none"] } };
        await _bench.RunAsync(_bench.Spec($"find . ! -name owners.txt ! -uid {user} >owners.txt"));
        _bench.Options = options;
        return _bench.InWorkspace("owners.txt");
    }

    private JobSpec Spec(string command) => _bench.Spec(command) with { DockerImage = Image };
}

public sealed class BubblewrapTests() : RuntimeTests("bubblewrap", ["bwrap"], []);

public sealed class PodmanTests() : RuntimeTests("podman", ["podman", "runc"], ["TERM", "container", "HOSTNAME"]);
