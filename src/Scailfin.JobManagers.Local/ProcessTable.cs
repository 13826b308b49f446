using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Scailfin.Core.Workspaces;

namespace Scailfin.JobManagers.Local;

/// <summary>
/// Reads the processes of this machine from <c>/proc</c>. A process id alone proves nothing: it is used with its start time.
/// </summary>
internal static partial class ProcessTable
{
    private const int Kill = 9;
    private const int Terminate = 15;

    /// <summary>Start time in clock ticks after boot; null if there is no such process, or only its zombie.</summary>
    /// <exception cref="IOException">The process cannot be examined, so it is not known whether it exists.</exception>
    public static ulong? StartTime(int pid) => ReadStat(pid) is { State: not 'Z' } stat ? stat.StartTime : null;

    /// <summary>Whether that very process still lives.</summary>
    public static bool IsAlive(int pid, ulong startTime) => StartTime(pid) == startTime;

    /// <summary>Sends TERM to one process.</summary>
    public static void SendTerminate(int pid) => SendSignal(pid, Terminate);

    /// <summary>
    /// Kills all processes of an attempt, until none is left: the wrapper's session, processes that have the attempt's variable in their
    /// environment (also those that started a session of their own), and all their descendants.
    /// </summary>
    /// <exception cref="IOException">Not all processes could be examined.</exception>
    public static void KillAttempt(string identity)
    {
        for (int round = 0; round < 10; round++)
        {
            List<int> members = MembersOf(identity);
            if (members.Count == 0)
                return;
            foreach (int pid in members)
                SendSignal(pid, Kill);
        }
    }

    /// <summary>The live processes of an attempt.</summary>
    /// <exception cref="IOException">Not all processes could be examined.</exception>
    public static List<int> MembersOf(string identity)
    {
        var all = new Dictionary<int, Stat>();
        foreach (string entry in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(entry), NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
                && ReadStat(pid) is { State: not ('Z' or 'X') } stat)
                all[pid] = stat;
        }

        byte[] wrapperMark = Encoding.ASCII.GetBytes($"{LocalProcess.Mark}={identity}");
        byte[] stepMark = Encoding.ASCII.GetBytes($"SCAILFIN_ATTEMPT={identity}");
        HashSet<int> members = [.. all.Keys.Where(pid => HasMark(pid, wrapperMark) || HasMark(pid, stepMark))];
        int before;
        do
        {
            before = members.Count;
            foreach ((int pid, Stat stat) in all)
            {
                if (members.Contains(stat.Parent) || members.Contains(stat.Session))
                    members.Add(pid);
            }
        }
        while (members.Count > before);
        return [.. members];
    }

    private static bool HasMark(int pid, byte[] mark)
    {
        try
        {
            ReadOnlySpan<byte> environment = File.ReadAllBytes($"/proc/{pid}/environ");
            int at = environment.IndexOf(mark);
            return at >= 0
                && (at == 0 || environment[at - 1] == 0)
                && (at + mark.Length == environment.Length || environment[at + mark.Length] == 0);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException || Presence.IsDisproved(exception))
        {
            // The kernel refuses processes of other users and those with more rights than this service: what it started is not among them.
            return false;
        }
    }

    private static Stat? ReadStat(int pid)
    {
        try
        {
            string text = File.ReadAllText($"/proc/{pid}/stat");
            string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return new Stat(fields[0][0], int.Parse(fields[1]), int.Parse(fields[3]), ulong.Parse(fields[19]));
        }
        catch (Exception exception) when (Presence.IsDisproved(exception))
        {
            return null;
        }
    }

    private static void SendSignal(int pid, int signal) => _ = SysKill(pid, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SysKill(int pid, int signal);

    private sealed record Stat(char State, int Parent, int Session, ulong StartTime);
}
