using System.Runtime.InteropServices;
using Scailfin.Testing;

namespace Scailfin.EndToEnd.Tests;

/// <summary>The processes of this machine that belong to a test's folder: services, wrappers and steps.</summary>
internal static partial class ProcessTable
{
    public const int Kill = 9;
    public const int Terminate = 15;

    /// <summary>Live ones (zombies are not) whose environment or command line names the folder, or that work in it.</summary>
    public static IReadOnlyList<int> Of(string folder)
    {
        var found = new List<int>();
        foreach (string directory in Directory.GetDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), out int pid) && Belongs(directory, folder))
                found.Add(pid);
        }

        return found;
    }

    /// <summary>Kills them all, and those that they started meanwhile.</summary>
    public static Task KillAllAsync(string folder) => Eventually.TrueAsync(
        () =>
        {
            IReadOnlyList<int> left = Of(folder);
            foreach (int pid in left)
                Signal(pid, Kill);
            return left.Count == 0;
        },
        $"no process of {folder} is left");

    public static void Signal(int pid, int signal) => _ = SysKill(pid, signal);

    private static bool Belongs(string directory, string folder)
    {
        try
        {
            bool mine = File.ReadAllText(Path.Combine(directory, "environ")).Contains(folder, StringComparison.Ordinal)
                || File.ReadAllText(Path.Combine(directory, "cmdline")).Contains(folder, StringComparison.Ordinal)
                || new FileInfo(Path.Combine(directory, "cwd")).LinkTarget?.StartsWith(folder, StringComparison.Ordinal) == true;
            string stat = File.ReadAllText(Path.Combine(directory, "stat"));
            return mine && stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SysKill(int pid, int signal);
}
