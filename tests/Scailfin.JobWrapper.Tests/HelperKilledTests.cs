using Scailfin.JobWrapper.Sites;
using Scailfin.JobWrapper.Tests.Conformance;
using Scailfin.Testing.Containers;

namespace Scailfin.JobWrapper.Tests;

/// <summary>
/// Beside a wrapper run two processes of its own; one of them may be killed alone, by a kernel that lacks memory or by a user.
/// </summary>
public sealed class HelperKilledTests(HpcContainer site)
{
    private static readonly RuntimeTarget Target = new()
    {
        Name = "helpers",
        Profile = new SiteProfile { Runtimes = ["bubblewrap"], Binds = ["{P}:/home"] },
    };

    private static readonly SemaphoreSlim Gate = new(1);
    private static IReadOnlyDictionary<string, AttemptResult>? _results;

    [Fact]
    public async Task Who_killed_the_process_that_keeps_the_time_limit_is_told_that_it_was_not_kept()
    {
        AttemptResult result = await OfAsync("orders");
        Assert.True(result.Receipt is { ExitCode: 0, Cause: "", FailedPhase: null }, result.ToString());
        Assert.Contains(
            "The process that keeps the time limits was killed: the step may have run longer than 300 s.", result.Receipt.Warnings);
    }

    [Fact]
    public async Task A_log_whose_writer_was_killed_is_said_to_be_cut()
    {
        AttemptResult result = await OfAsync("stream");
        Assert.True(result.Receipt is { ExitCode: 0, LogCut: true }, result.ToString());
        Assert.Contains(result.Receipt.Warnings, warning => warning.StartsWith("The log is not whole: ", StringComparison.Ordinal));
    }

    // The pipe that a process of the wrapper reads tells which one it is.
    private static Scenario Killed(string pipe) =>
        new(pipe, "trap '' PIPE; echo ready; while [ ! -e /home/go ]; do sleep 0.1; done; echo more; exit 0")
        {
            StopsAt = "ready",
            AtStop =
                $"""
                for pid in $(pgrep -P $session); do
                  case $(readlink /proc/$pid/fd/0) in */{pipe}) kill -KILL -- -$pid ;; esac
                done
                touch go
                """,
        };

    private async Task<AttemptResult> OfAsync(string pipe)
    {
        await Gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            _results ??= await AttemptBatch.RunAsync(site, Target, [Killed("orders"), Killed("stream")]);
        }
        finally
        {
            Gate.Release();
        }

        return _results[pipe];
    }
}
