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
