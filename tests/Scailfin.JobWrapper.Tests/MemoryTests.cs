using Scailfin.JobWrapper.Sites;
using Scailfin.JobWrapper.Tests.Conformance;
using Scailfin.Testing.Containers;

namespace Scailfin.JobWrapper.Tests;

/// <summary>
/// Steps in a container that really has little memory; where its engine has one version of control groups, the other is a stand-in.
/// </summary>
public sealed class MemoryTests : IAsyncLifetime
{
    private const string Eat = "awk 'BEGIN { text = \"0123456789\"; while (1) text = text text }'";

    // What version 2 shows to a job of Slurm's, seen by this wrapper and its step alone.
    private const string VersionTwo =
        """
        exec unshare --user --map-current-user --keep-caps --mount sh -c '
          mount -t tmpfs tmpfs /sys/fs/cgroup && group=/sys/fs/cgroup/slurm/job_7 && mkdir -p $group &&
          printf "max 0\noom 0\noom_kill 2\noom_group_kill 0\n" >$group/memory.events && echo 4096000 >$group/memory.peak &&
          echo "0::/slurm/job_7" >own-cgroup && mount --bind own-cgroup /proc/$$/cgroup &&
          echo "31 23 0:28 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw" >own-mounts && mount --bind own-mounts /proc/$$/mountinfo &&
          exec "$TEST_SHELL" wrapper.sh'
        """;

    private static readonly RuntimeTarget Target = new()
    {
        Name = "memory",
        Profile = new SiteProfile { Runtimes = ["apptainer"] },
    };

    private static readonly Scenario[] All =
    [
        new("apptainer", $"echo kept >partly; {Eat}"),
        new("none", Eat) { Site = NoContainer },
        new("survivor", $"{Eat}; echo on") { Site = NoContainer },
        new("own-signal", "kill -KILL $$") { Site = NoContainer },
        new("version-2", "sed -i 's/oom_kill 2/oom_kill 3/' /sys/fs/cgroup/slurm/job_7/memory.events; kill -KILL $$")
        {
            Site = NoContainer,
            Under = VersionTwo,
        },
    ];

    private readonly HpcContainer _site = new() { Options = new HpcOptions { MemoryMegabytes = 256 } };

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task A_step_that_uses_up_the_memory_is_said_to_have_done_so()
    {
        IReadOnlyDictionary<string, AttemptResult> results = await AttemptBatch.RunAsync(_site, Target, All);
        foreach (string name in (string[])["apptainer", "none", "version-2"])
        {
            AttemptResult result = results[name];
            Assert.True(
                result.Receipt is { Cause: "out_of_memory", ExitCode: 137, Signal: 9, StepMayHaveRun: true, FailedPhase: null },
                result.ToString());
            Assert.Equal("The step was killed because the memory of the job was used up.", result.Receipt.Message);
            Assert.EndsWith(
                "[scailfin] The step was killed because the memory of the job was used up.\n", result.Output, StringComparison.Ordinal);
        }

        Assert.Equal("kept\n", results["apptainer"].FileText("partly"));
        Assert.Equal((4096000L, "cgroup"), (results["version-2"].Receipt!.PeakMemory, results["version-2"].Receipt!.PeakMemorySource));

        AttemptResult survivor = results["survivor"];
        Assert.True(survivor.Receipt is { Cause: "", ExitCode: 0 }, survivor.ToString());
        Assert.StartsWith(
            "Processes of this job were killed because its memory was used up",
            Assert.Single(survivor.Receipt.Warnings),
            StringComparison.Ordinal);

        AttemptResult own = results["own-signal"];
        Assert.True(own.Receipt is { Cause: "", ExitCode: 137, Signal: 9, Warnings: [] }, own.ToString());
    }

    private static SiteProfile NoContainer(SiteProfile profile) => profile with { Runtimes = ["none"] };
}
