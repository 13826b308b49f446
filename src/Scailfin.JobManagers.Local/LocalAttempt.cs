using System.Globalization;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobWrapper;

namespace Scailfin.JobManagers.Local;

/// <summary>Reads an attempt's directory.</summary>
internal static class LocalAttempt
{
    private const string Forbidden = "forbidden";
    private const string Killed = "killed";

    /// <summary>Where the attempt stands.</summary>
    public static Observation Look(Attempt attempt, WrapperFiles files, DateTimeOffset now)
    {
        // Before the claim tells its owner, a wrapper is known by its handle or, where that was lost, by its mark only.
        bool alive = (Owner(files) ?? Started(attempt.Handle)) is { } process && ProcessTable.IsAlive(process.Pid, process.StartTime);
        if (!alive && !File.Exists(files.Receipt) && Owner(files) is null && Directory.Exists(files.Directory))
            alive = ProcessTable.MembersOf(attempt.Identity).Count > 0;

        // Asked in this order, a wrapper that ends meanwhile is seen by its receipt.
        if (ReadReceipt(files) is { } receipt)
            return Ended(attempt, now, receipt.ToEnd(now));
        if (alive)
            return At(attempt, now, File.Exists(files.Started) ? ObservedPhase.Running : ObservedPhase.Waiting) with
            {
                Since = StartedAt(files),
            };
        if (File.Exists(Path.Combine(files.Claim, Forbidden)))
            return Ended(attempt, now, LocalEnds.NeverBegun(now));
        if (Directory.Exists(files.Claim) || (attempt.Handle?.State is { Length: > 0 } && Directory.Exists(files.Directory)))
            return ReadReceipt(files) is { } late ? Ended(attempt, now, late.ToEnd(now)) : Vanished(attempt, files, now);
        return At(attempt, now, ObservedPhase.NotKnown);
    }

    /// <summary>The process that has the claim.</summary>
    public static (int Pid, ulong StartTime)? Owner(WrapperFiles files)
    {
        try
        {
            // A wrapper may be about to write it.
            string line = File.ReadAllText(files.Owner);
            return line.EndsWith('\n') ? ParseProcess(line) : null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Takes the claim away from any wrapper that has not claimed yet.</summary>
    /// <returns>Whether the attempt can certainly never begin any more.</returns>
    public static bool TryForbid(WrapperFiles files)
    {
        if (File.Exists(Path.Combine(files.Claim, Forbidden)))
            return true;
        if (!NewDirectory.TryMake(files.Claim))
            return false;
        File.WriteAllText(Path.Combine(files.Claim, Forbidden), "");
        return true;
    }

    /// <summary>Notes that a stop ends this attempt the hard way.</summary>
    public static void MarkKilled(WrapperFiles files) => File.WriteAllText(Path.Combine(files.Claim, Killed), "");

    private static Observation Vanished(Attempt attempt, WrapperFiles files, DateTimeOffset now)
    {
        // Its wrapper is gone without a receipt; nothing of it may live on before that counts as an end.
        ProcessTable.KillAttempt(attempt.Identity);
        if (File.Exists(Path.Combine(files.Claim, Killed)))
            return Ended(attempt, now, LocalEnds.Killed(File.Exists(files.Started), StartedAt(files), now));
        return Ended(attempt, now, LocalEnds.Vanished(File.Exists(files.Started), StartedAt(files), Complaints(files), now));
    }

    private static Receipt? ReadReceipt(WrapperFiles files)
    {
        try
        {
            return Receipt.Read(files.Receipt);
        }
        catch (FormatException exception)
        {
            throw new JobManagerUnavailableException(exception.Message, exception);
        }
    }

    private static (int Pid, ulong StartTime)? Started(BackendHandle? handle) =>
        handle?.State is { Length: > 0 } state ? ParseProcess(state) : null;

    private static (int Pid, ulong StartTime)? ParseProcess(string text)
    {
        string[] parts = text.Trim().Split(' ');
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
            && ulong.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong start)
            ? (pid, start)
            : null;
    }

    private static DateTimeOffset? StartedAt(WrapperFiles files) =>
        File.Exists(files.Started) && long.TryParse(File.ReadAllText(files.Started), out long milliseconds)
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : null;

    private static string Complaints(WrapperFiles files)
    {
        if (!File.Exists(files.Complaints))
            return "";
        string[] lines = File.ReadAllLines(files.Complaints);
        return lines.Length == 0 ? "" : lines[^1];
    }

    private static Observation Ended(Attempt attempt, DateTimeOffset now, AttemptEnd end) =>
        At(attempt, now, ObservedPhase.Ended) with { End = end };

    private static Observation At(Attempt attempt, DateTimeOffset now, ObservedPhase phase) =>
        new() { JobId = attempt.JobId, AttemptNumber = attempt.Number, Phase = phase, ObservedAt = now };
}
