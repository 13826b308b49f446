using System.Diagnostics;
using Scailfin.Core.Jobs;
using Scailfin.JobWrapper;

namespace Scailfin.JobManagers.Local;

/// <summary>Starts wrappers: each in a session of its own, with none of the service's environment but what a login would have.</summary>
internal static class LocalProcess
{
    /// <summary>Marks the wrapper and what it starts outside containers.</summary>
    public const string Mark = "SCAILFIN_WRAPPER";

    private static readonly string[] Kept =
    [
        "PATH", "HOME", "USER", "LOGNAME", "LANG", "TMPDIR", "XDG_RUNTIME_DIR", "MODULEPATH", "MODULESHOME",
    ];

    /// <summary>Starts the wrapper; <paramref name="exited"/> is called when it exits, if this service still runs.</summary>
    /// <returns>The wrapper's process id, which is also its session's.</returns>
    public static int Start(Attempt attempt, WrapperFiles files, Action exited)
    {
        // setsid(1) does not fork here, because a process that .NET starts is not a process group leader: the process id stays the same.
        var start = new ProcessStartInfo("setsid") { UseShellExecute = false, WorkingDirectory = files.Directory };
        start.ArgumentList.Add("bash");
        start.ArgumentList.Add(files.Script);
        start.Environment.Clear();
        foreach (string name in Kept)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
                start.Environment[name] = value;
        }

        start.Environment[Mark] = attempt.Identity;
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.Exited += (_, _) =>
        {
            process.Dispose();
            exited();
        };
        process.Start();
        return process.Id;
    }
}
