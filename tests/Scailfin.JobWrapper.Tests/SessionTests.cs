using Scailfin.JobWrapper.Sites;
using Scailfin.JobWrapper.Tests.Conformance;
using Scailfin.Testing.Containers;

namespace Scailfin.JobWrapper.Tests;

/// <summary>A batch job may run without what a login gives, and sites call images by links.</summary>
public sealed class SessionTests(HpcContainer site)
{
    private const string BrokenPodman =
        """
        mkdir tools && printf '#!/bin/sh\necho "Error: no session, no storage" >&2; exit 125\n' >tools/podman && chmod +x tools/podman
        """;

    // A user namespace in which no further one may be made.
    private const string NoUserNamespaces =
        """
        exec unshare --user --map-current-user --keep-caps sh -c '
          echo 0 >/proc/sys/user/max_user_namespaces && exec setpriv --ambient-caps=-all --inh-caps=-all "$TEST_SHELL" wrapper.sh'
        """;

    private static readonly RuntimeTarget Target = new() { Name = "session", Profile = new SiteProfile { Runtimes = ["podman"] } };

    private static readonly SemaphoreSlim Gate = new(1);
    private static IReadOnlyDictionary<string, AttemptResult>? _results;

    private static IEnumerable<Scenario> All =>
    [
        new("no-session", "cat a") { Under = "export HOME=/nonexistent XDG_RUNTIME_DIR=/run/user/4711" },
        new("no-variables", "cat a") { Under = "unset HOME XDG_RUNTIME_DIR" },
        new("broken-podman", "cat a")
        {
            Before = BrokenPodman,
            Under = "export PATH=$PWD/tools:$PATH",
            Site = site => site with { Runtimes = ["podman", "bubblewrap"] },
        },
        new("no-namespaces", "cat '{W}/a'")
        {
            Under = NoUserNamespaces,
            Site = site => site with { Runtimes = ["bubblewrap", "charliecloud", "none"] },
        },
        new("no-namespaces-nothing-else", "cat a")
        {
            Under = NoUserNamespaces,
            Site = site => site with { Runtimes = ["bubblewrap", "charliecloud"] },
        },
        new("link-sif", "cat a")
        {
            Before = "ln -sfn box.sif ../../images/alias.sif; ln -sfn alias.sif ../../images/second.sif",
            Spec = spec => spec with { DockerImage = "second" },
            Site = site => site with { Runtimes = ["apptainer"] },
        },
        new("link-nowhere", "cat a")
        {
            Before = "ln -sfn missing ../../images/nowhere",
            Spec = spec => spec with { DockerImage = "nowhere" },
            Site = site => site with { Runtimes = ["bubblewrap"] },
        },
        .. from runtime in (string[])["apptainer", "bubblewrap", "charliecloud", "podman"]
           select new Scenario($"link-{runtime}", "cat a")
           {
               Before = "ln -sfn box ../../images/alias",
               Spec = spec => spec with { DockerImage = "alias" },
               Site = site => site with { Runtimes = [runtime] },
           },
    ];

    [Theory]
    [InlineData("no-session")]
    [InlineData("no-variables")]
    public async Task Podman_runs_a_step_without_its_users_session(string scenario)
    {
        AttemptResult result = await OfAsync(scenario);
        Assert.True(result is { Output: "input a\n", Receipt: { ExitCode: 0, Runtime: "podman" } }, result.ToString());
        Assert.StartsWith("podman version ", result.Receipt.RuntimeVersion, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_podman_that_does_not_work_gives_way_to_the_next_runtime_and_the_receipt_says_why()
    {
        AttemptResult result = await OfAsync("broken-podman");
        Assert.True(result is { Output: "input a\n", Receipt: { ExitCode: 0, Runtime: "bubblewrap" } }, result.ToString());
        Assert.Contains(
            "podman does not work for this user on this node, the next runtime is tried: Error: no session, no storage",
            result.Receipt.Warnings);
    }

    [Theory]
    [InlineData("apptainer")]
    [InlineData("bubblewrap")]
    [InlineData("charliecloud")]
    [InlineData("podman")]
    public async Task An_image_may_be_a_link_to_a_folder(string runtime)
    {
        AttemptResult result = await OfAsync($"link-{runtime}");
        Assert.True(result is { Output: "input a\n", Receipt.ExitCode: 0 }, result.ToString());
        Assert.Equal(runtime, result.Receipt.Runtime);
        Assert.EndsWith("/images/box", result.Receipt.Image, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_may_be_a_link_to_a_link_to_a_file()
    {
        AttemptResult result = await OfAsync("link-sif");
        Assert.True(result is { Output: "input a\n", Receipt.ExitCode: 0 }, result.ToString());
        Assert.EndsWith("/images/box.sif", result.Receipt.Image, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_that_leads_nowhere_is_no_image()
    {
        AttemptResult result = await OfAsync("link-nowhere");
        Assert.True(result.Receipt is { ExitCode: 127, FailedPhase: "runtime", StepMayHaveRun: false }, result.ToString());
    }

    [Fact]
    public async Task Where_user_namespaces_are_not_allowed_the_next_runtime_that_needs_none_runs_the_step()
    {
        AttemptResult result = await OfAsync("no-namespaces");
        Assert.True(result is { Output: "input a\n", Receipt: { ExitCode: 0, Runtime: "none" } }, result.ToString());
        Assert.Collection(
            result.Receipt.Warnings,
            first => Assert.StartsWith(
                "bubblewrap does not work for this user on this node, the next runtime is tried: ", first, StringComparison.Ordinal),
            second => Assert.StartsWith(
                "charliecloud does not work for this user on this node, the next runtime is tried: ", second, StringComparison.Ordinal));
        Assert.All(result.Receipt.Warnings, warning => Assert.DoesNotContain("does not answer", warning, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_no_runtime_works_the_job_fails_before_its_step_and_says_what_each_one_said()
    {
        AttemptResult result = await OfAsync("no-namespaces-nothing-else");
        Assert.True(result.Receipt is { ExitCode: 127, FailedPhase: "runtime", StepMayHaveRun: false }, result.ToString());
        Assert.Contains("No container runtime here can run the image 'box'", result.Receipt.Message, StringComparison.Ordinal);
        Assert.Contains("bubblewrap does not work for this user", result.Receipt.Message, StringComparison.Ordinal);
        Assert.Contains("charliecloud does not work for this user", result.Receipt.Message, StringComparison.Ordinal);
    }

    private async Task<AttemptResult> OfAsync(string scenario)
    {
        await Gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            _results ??= await AttemptBatch.RunAsync(site, Target, All);
        }
        finally
        {
            Gate.Release();
        }

        return _results[scenario];
    }
}
