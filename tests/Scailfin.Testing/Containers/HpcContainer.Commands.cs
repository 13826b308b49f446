using System.Globalization;

namespace Scailfin.Testing.Containers;

/// <summary>Programs inside.</summary>
public sealed partial class HpcContainer
{
    /// <summary>A hang must end; how long a command takes is the machine's business.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    /// <summary>What <c>timeout</c> has inside, on top, to end the program and say so.</summary>
    private static readonly TimeSpan ForTheEnd = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The words that start a program inside as a user, with the host's pipes as its own: <c>[.. CommandPrefix("alice"), "condor_q"]</c>.
    /// </summary>
    /// <remarks>
    /// Signals stop at the docker client. When that is killed, the engine closes the program's standard input and leaves it otherwise
    /// alone: a program that reads until the end of its input ends, any other goes on to its own end. <paramref name="bound"/> ends it for
    /// certain.
    /// </remarks>
    /// <param name="user">root, alice or bob.</param>
    /// <param name="directory">Where it starts; the user's home directory by default.</param>
    /// <param name="bound">The program is sent TERM after this time, and KILL two seconds later.</param>
    public IReadOnlyList<string> CommandPrefix(string user, string? directory = null, TimeSpan? bound = null)
    {
        string home = user == "root" ? "/root" : $"/home/{user}";
        string[] timeout = bound is { } time
            ? ["timeout", "--kill-after=2", time.TotalSeconds.ToString(CultureInfo.InvariantCulture)]
            : [];
        return
        [
            "docker", "exec", "-i", "-u", user, "-e", $"USER={user}", "-e", $"LOGNAME={user}", "-e", $"HOME={home}",
            "-w", directory ?? home, Id, .. timeout,
        ];
    }

    /// <summary>Runs a program inside to its end.</summary>
    /// <exception cref="TimeoutException">It had not ended after five minutes.</exception>
    public Task<CommandResult> ExecAsync(string user, params string[] command) => ExecAsync(user, command, input: "");

    /// <summary>Runs a program inside to its end.</summary>
    /// <param name="user">root, alice or bob.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="input">Its standard input.</param>
    /// <param name="directory">Where it starts; the user's home directory by default.</param>
    /// <param name="deadline">Five minutes by default; with <paramref name="progress"/>, how long that may stand still.</param>
    /// <param name="progress">A picture of how far it is, for a command that may take long.</param>
    /// <exception cref="TimeoutException">It had not ended at the deadline, and was killed.</exception>
    public async Task<CommandResult> ExecAsync(
        string user,
        IReadOnlyList<string> command,
        string input,
        string? directory = null,
        TimeSpan? deadline = null,
        Func<object?>? progress = null)
    {
        TimeSpan bound = deadline ?? Deadline;
        long begin = TimeProvider.System.GetTimestamp();
        CommandResult result = await BoundedProcess.RunAsync(
            [.. CommandPrefix(user, directory, progress is null ? bound : null), .. command],
            input,
            progress is null ? bound + ForTheEnd : bound,
            progress);
        // What "timeout" says, unless the program says the same by itself.
        return progress is null && result.ExitCode is 124 or 137 && TimeProvider.System.GetElapsedTime(begin) >= bound
            ? throw new TimeoutException($"Not ended within {bound.TotalSeconds} s: {string.Join(' ', command)}: {result.Error}")
            : result;
    }

    /// <summary>Submits a description as a user and returns the cluster's number.</summary>
    public async Task<int> SubmitAsync(string user, string description, string? directory = null)
    {
        CommandResult result = await ExecAsync(user, ["condor_submit", "-terse"], description, directory);
        string jobs = result.OutputOfSuccess();
        return int.Parse(jobs[..jobs.IndexOf('.')], CultureInfo.InvariantCulture);
    }
}
