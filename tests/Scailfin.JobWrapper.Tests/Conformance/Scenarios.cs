using System.Text;

namespace Scailfin.JobWrapper.Tests.Conformance;

/// <summary>The attempts of the conformance list. What needs no container of its own is in one batch.</summary>
internal static class Scenarios
{
    private const string Files =
        """
        echo 87654321 >same; touch -r kept same
        rm gone
        mkdir -p new/deep emptydir locked
        echo n >new/deep/f; echo l >locked/l; chmod 0 locked
        echo x >"$(printf 'new\nline')"
        ln -s new/deep/f inlink; ln -s '{W}/a' abslink; ln -s deep new/folderlink
        ln -s /etc/passwd outlink; ln -s ../../x uplink; ln -s . here; ln -s here/../../x sneaky; ln -s round about; ln -s about round
        mkfifo pipe; ln run-me hard
        mkdir .scailfin; echo ours >.scailfin/x
        """;

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("batch", Batch()) { Environment = ConformanceCase.Environment },
        new("exit-7", "exit 7"),
        new("exit-255", "exit 255"),
        new("empty", ""),
        new("signal", "kill -KILL $$"),
        // The time that a runtime takes to begin the step is part of it.
        new("timeout", "echo begun; echo kept >partly; sleep 1000") { Timeout = TimeSpan.FromSeconds(10) },
        // TERM may come twice: to the whole group, and handed on by a runtime.
        new("stopped", "trap 'trap \"\" TERM; echo cleaned >cleaned; exit 3' TERM; echo ready; while :; do sleep 0.1; done")
        {
            StopsAt = "ready",
        },
        new("stubborn", "trap '' TERM; echo kept >partly; echo ready; while :; do sleep 0.1; done")
        {
            StopsAt = "ready",
            Site = site => site with { StopGrace = TimeSpan.FromSeconds(2) },
        },
        new("long-log", "printf 0123456789; head -c 3000000 /dev/zero | tr '\\0' x; printf tail-end")
        {
            Site = site => site with { LogHead = 10, LogTail = 8 },
        },
        new("left-behind", "sleep 100000 & (sleep 100000 &) ; echo done"),
        new("files", Files),
    ];

    private static string Batch()
    {
        var command = new StringBuilder("mkdir out\n");
        foreach (ConformanceCase one in ConformanceCase.All)
            command.Append($"(\n{one.Snippet}\n) >out/{one.Name} 2>&1\n");
        return command.Append("echo ended").ToString();
    }
}
