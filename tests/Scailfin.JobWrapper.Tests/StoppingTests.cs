using System.Diagnostics;
using System.Text;
using Scailfin.Testing;

namespace Scailfin.JobWrapper.Tests;

public sealed class StoppingTests
{
    // As the wrapper does it; each helper tells it to end, in the moment of its own end.
    private const string Attend =
        """
        work=$(mktemp -d) phase=test step_grace_s=5
        set -u -m
        launcher_signal() { return 1; }
        . "$1/words.sh"
        . "$1/stopping.sh"
        for count in $(seq 60); do
          cause='' interrupted=''
          attend 600 bash -c 'trap "" TERM; kill -TERM $PPID; exit 7'
          printf '%s ' $?
        done 2>/dev/null
        rm -r "$work"
        """;

    [Fact]
    public async Task A_stop_in_the_moment_of_a_helpers_end_is_not_waited_for_until_its_time_limit()
    {
        // Bash loses such an end about one time in three; then only the helper's timer would end the wait, after ten minutes.
        var start = new ProcessStartInfo("bash", ["-c", Attend, "bash", LintTests.Scripts])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        var codes = new StringBuilder();
        try
        {
            Task read = ReadAsync(process.StandardOutput, codes);
            await Eventually.TrueAsync(() => read.IsCompleted, "every stop ends a wait", () => codes.Length);
            await read;
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }

        Assert.Equal(string.Concat(Enumerable.Repeat("143 ", 60)), codes.ToString());
    }

    private static async Task ReadAsync(StreamReader from, StringBuilder to)
    {
        char[] buffer = new char[100];
        while (await from.ReadAsync(buffer, TestContext.Current.CancellationToken) is var count and > 0)
            to.Append(buffer, 0, count);
    }
}
