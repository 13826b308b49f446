using System.Globalization;
using Scailfin.JobWrapper.Sites;
using Scailfin.JobWrapper.Tests.Conformance;
using Scailfin.Testing.Containers;

namespace Scailfin.JobWrapper.Tests;

/// <summary>The shell that is process 1 of Podman's and CharlieCloud's containers, as their command line has it.</summary>
public sealed class InitTests(HpcContainer site)
{
    private const int Times = 60;

    private static readonly RuntimeTarget Target = new()
    {
        Name = "process 1",
        StandsIn = true,
        Profile = new SiteProfile { Runtimes = ["podman"] },
    };

    // The last words of the recorded command line, with each shell that an image may have; the step tells process 1 to end, in the moment
    // of its own end.
    private const string EndWhileTold =
        """
        mapfile -t -d '' words <argv
        for shell in dash 'busybox sh'; do
          for count in $(seq TIMES); do
            echo 'trap "" TERM; kill -TERM 1; exit 7' |
              unshare --user --map-current-user --pid --fork --kill-child --mount-proc $shell "${words[@]: -3}" 2>>init.log
            echo $? >>codes
          done
        done
        """;

    [Fact]
    public async Task A_stop_in_the_moment_of_the_steps_end_leaves_its_exit_code_alone()
    {
        var scenario = new Scenario("init", "true")
        {
            Before = "mkdir tools && ln -s $STAND_INS/recorder tools/podman",
            Under = "export PATH=$PWD/tools:$PATH",
            After = EndWhileTold.Replace("TIMES", Times.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal),
        };
        AttemptResult result = (await AttemptBatch.RunAsync(site, Target, [scenario]))["init"];
        string[] codes = result.Text("codes").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(
            codes.Length == 2 * Times && codes.All(code => code == "7"),
            $"{result}\n{string.Join(' ', codes)}\n{result.Text("after.log")}{result.Text("init.log")}");
    }
}
