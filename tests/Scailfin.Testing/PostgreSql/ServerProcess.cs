using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Scailfin.Testing.PostgreSql;

/// <summary>
/// A server program that ends when it is told to and when this process ends, however it ends: a shell beside it waits for the end of a pipe
/// that only we hold open.
/// </summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    /// <summary>The arguments: a file for the program's words, the signal that ends it, the program and its arguments.</summary>
    private const string Guard = """
        log=$1; signal=$2; shift 2
        "$@" </dev/null >>"$log" 2>&1 &
        pid=$!
        echo "$pid"
        cat >/dev/null
        kill -CONT "$pid"
        kill "-$signal" "$pid"
        wait "$pid"
        """;

    private readonly Process _guard;

    private ServerProcess(Process guard, int pid)
    {
        _guard = guard;
        Pid = pid;
    }

    public int Pid { get; }

    public static async Task<ServerProcess> StartAsync(string log, string signal, IEnumerable<string> command)
    {
        Process guard = Start(["/bin/sh", "-c", Guard, "guard", log, signal, .. command], input: true);
        string pid = await guard.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException($"{string.Join(' ', command)} did not start");
        return new ServerProcess(guard, int.Parse(pid));
    }

    /// <summary>Runs a program to its end and returns what it wrote.</summary>
    public static async Task<string> RunAsync(IReadOnlyList<string> command, string input = "", string? password = null)
    {
        using Process process = Start(command, input: true, password);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException(
                $"{string.Join(' ', command)}: exit code {process.ExitCode}: {await errors}{await output}");
    }

    /// <summary>Sends a signal to the program and to the processes that it made.</summary>
    public void Signal(PosixSignalNumber signal)
    {
        _ = Kill(Pid, (int)signal);
        foreach (string task in Directory.GetDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _)))
        {
            if (ParentOf(task) == Pid)
                _ = Kill(int.Parse(Path.GetFileName(task)), (int)signal);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _guard.StandardInput.Close();
        await _guard.WaitForExitAsync();
        _guard.Dispose();
    }

    private static Process Start(IReadOnlyList<string> command, bool input, string? password = null)
    {
        var start = new ProcessStartInfo(command[0])
        {
            UseShellExecute = false,
            RedirectStandardInput = input,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        foreach (string argument in command.Skip(1))
            start.ArgumentList.Add(argument);
        start.Environment["LC_ALL"] = "C";
        if (password is not null)
            start.Environment["PGPASSWORD"] = password;
        return Process.Start(start)!;
    }

    private static int ParentOf(string task)
    {
        try
        {
            // The name in parentheses may hold anything; the state and the parent come after its end.
            string status = File.ReadAllText(Path.Combine(task, "stat"));
            return int.Parse(status[(status.LastIndexOf(')') + 2)..].Split(' ')[1]);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}

/// <summary>Numbers of signals on Linux.</summary>
public enum PosixSignalNumber
{
    /// <summary>Goes on.</summary>
    Continue = 18,

    /// <summary>Stands still.</summary>
    Stop = 19,
}
