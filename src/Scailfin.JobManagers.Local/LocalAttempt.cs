using System.Globalization;
using System.Text;
using Scailfin.Core.Jobs;
using Scailfin.Core.Workspaces;
using Scailfin.JobManagers.Batch.Attempts;
using Scailfin.JobWrapper;

namespace Scailfin.JobManagers.Local;

/// <summary>Reads an attempt's directory and writes marker files in it.</summary>
internal static class LocalAttempt
{
    private const string Killed = "killed";
    private const string Stopped = "stopped";

    /// <summary>Longer than any line that the wrapper or this service writes into a marker file.</summary>
    private const int LongestLine = 64;

    /// <summary>Returns the process that has the claim; null while its line is not whole.</summary>
    public static (int Pid, ulong StartTime)? Owner(WrapperFiles files) =>
        LineOf(files.Owner) is { } line && line.EndsWith('\n') ? ParseProcess(line) : null;

    /// <summary>Returns the process of the attempt's wrapper, by its claim or else by the attempt's handle.</summary>
    public static (int Pid, ulong StartTime)? Wrapper(Attempt attempt, WrapperFiles files) =>
        Owner(files) ?? (attempt.Handle?.State is { Length: > 0 } state ? ParseProcess(state) : null);

    /// <summary>
    /// Takes the claim as a file, so that no wrapper can make its directory of that name afterwards. That is one call of the operating
    /// system: a full disk or a crash leaves no claim that is half a wrapper's.
    /// </summary>
    /// <returns>Whether the attempt can certainly never begin.</returns>
    public static bool TryForbid(WrapperFiles files)
    {
        try
        {
            if (IsForbidden(files))
                return true;
            using var claim = new FileStream(files.Claim, FileMode.CreateNew, FileAccess.Write);
            return true;
        }
        catch (IOException) when (Presence.OfDirectory(files.Claim))
        {
            return false;
        }
    }

    /// <summary>Returns whether a stop took the claim before any wrapper did.</summary>
    public static bool IsForbidden(WrapperFiles files) => Presence.OfFile(files.Claim);

    /// <summary>Records when the wrapper was sent TERM: by the monotonic clock, which all processes of one boot share.</summary>
    public static void MarkStopped(WrapperFiles files, TimeSpan now)
    {
        if (StoppedAt(files) is null)
            AttemptFiles.Write(Path.Combine(files.Claim, Stopped), now.Ticks.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Returns when the wrapper was sent TERM; null if it was not.</summary>
    public static TimeSpan? StoppedAt(WrapperFiles files) =>
        long.TryParse(
            LineOf(Path.Combine(files.Claim, Stopped)) ?? LineOf(Path.Combine(files.Claim, Killed)),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out long ticks)
            ? TimeSpan.FromTicks(ticks)
            : null;

    /// <summary>Notes that a stop ends this attempt the hard way. It renames the stop's mark: that needs no space on a full disk.</summary>
    public static void MarkKilled(WrapperFiles files)
    {
        if (!WasKilled(files))
            File.Move(Path.Combine(files.Claim, Stopped), Path.Combine(files.Claim, Killed));
    }

    /// <summary>Returns whether a stop ended this attempt the hard way.</summary>
    public static bool WasKilled(WrapperFiles files) => Presence.OfFile(Path.Combine(files.Claim, Killed));

    /// <summary>Returns whether the step may have been started. The wrapper makes the mark before; its content may be missing.</summary>
    public static bool MayHaveStarted(WrapperFiles files) => Presence.OfFile(files.Started);

    /// <summary>Returns when the step was started; null if it was not, or the time could not be written.</summary>
    public static DateTimeOffset? StartedAt(WrapperFiles files) =>
        long.TryParse(LineOf(files.Started), out long milliseconds) ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;

    private static string? LineOf(string path) =>
        RegularFile.ReadHead(path, LongestLine) is { } bytes ? Encoding.ASCII.GetString(bytes.Span) : null;

    private static (int Pid, ulong StartTime)? ParseProcess(string text)
    {
        string[] parts = text.Trim().Split(' ');
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
            && ulong.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong start)
            ? (pid, start)
            : null;
    }
}
