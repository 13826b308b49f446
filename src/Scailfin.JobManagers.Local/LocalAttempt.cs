using System.Globalization;
using Scailfin.Core.Jobs;
using Scailfin.Core.Workspaces;
using Scailfin.JobWrapper;

namespace Scailfin.JobManagers.Local;

/// <summary>Reads an attempt's directory and writes marker files in it.</summary>
internal static class LocalAttempt
{
    private const string Forbidden = "forbidden";
    private const string Killed = "killed";
    private const string Stopped = "stopped";

    /// <summary>Returns the process that has the claim.</summary>
    public static (int Pid, ulong StartTime)? Owner(WrapperFiles files)
    {
        try
        {
            // The wrapper may still be writing: an incomplete line is ignored.
            string line = File.ReadAllText(files.Owner);
            return line.EndsWith('\n') ? ParseProcess(line) : null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Returns the process of the attempt's wrapper, by its claim or else by the attempt's handle.</summary>
    public static (int Pid, ulong StartTime)? Wrapper(Attempt attempt, WrapperFiles files) =>
        Owner(files) ?? (attempt.Handle?.State is { Length: > 0 } state ? ParseProcess(state) : null);

    /// <summary>Takes the claim, so that no wrapper can claim the attempt afterwards.</summary>
    /// <returns>Whether the attempt can certainly never begin.</returns>
    public static bool TryForbid(WrapperFiles files)
    {
        if (IsForbidden(files))
            return true;
        if (!NewDirectory.TryMake(files.Claim))
            return false;
        File.WriteAllText(Path.Combine(files.Claim, Forbidden), "");
        return true;
    }

    /// <summary>Returns whether a stop took the claim before any wrapper did.</summary>
    public static bool IsForbidden(WrapperFiles files) => Presence.OfFile(Path.Combine(files.Claim, Forbidden));

    /// <summary>Records when the wrapper was sent TERM: by the monotonic clock, which all processes of one boot share.</summary>
    public static void MarkStopped(WrapperFiles files, TimeSpan now)
    {
        string mark = Path.Combine(files.Claim, Stopped);
        if (!Presence.OfFile(mark))
            File.WriteAllText(mark, now.Ticks.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Returns when the wrapper was sent TERM; null if it was not.</summary>
    public static TimeSpan? StoppedAt(WrapperFiles files)
    {
        string mark = Path.Combine(files.Claim, Stopped);
        if (!Presence.OfFile(mark))
            return null;
        string text = File.ReadAllText(mark);
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long ticks) ? TimeSpan.FromTicks(ticks) : null;
    }

    /// <summary>Notes that a stop ends this attempt the hard way.</summary>
    public static void MarkKilled(WrapperFiles files) => File.WriteAllText(Path.Combine(files.Claim, Killed), "");

    /// <summary>Returns whether a stop ended this attempt the hard way.</summary>
    public static bool WasKilled(WrapperFiles files) => Presence.OfFile(Path.Combine(files.Claim, Killed));

    /// <summary>Returns when the step was started; null if it was not.</summary>
    public static DateTimeOffset? StartedAt(WrapperFiles files) =>
        Presence.OfFile(files.Started) && long.TryParse(File.ReadAllText(files.Started), out long milliseconds)
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : null;

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
