using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Scailfin.Core.Processes;

/// <summary>
/// A program that is run to its end, by its arguments and never through a shell. Once it is late, or writes too much, or its caller
/// cancels, it is killed with its children.
/// </summary>
/// <param name="Program">A name on PATH, or a path.</param>
/// <param name="Arguments">The arguments. Every user of the machine can read them, so they must hold no secrets.</param>
/// <param name="Deadline">How long the command may take.</param>
public sealed record Command(string Program, IReadOnlyList<string> Arguments, TimeSpan Deadline)
{
    private const int LongestComplaint = 64 << 10;

    /// <summary>Environment variables in addition to the service's own.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Variables { get; init; } = [];

    /// <summary>The most that it may write to standard output, in bytes.</summary>
    public int LongestOutput { get; init; } = 1 << 20;

    /// <summary>Runs the command, with nothing on its standard input.</summary>
    /// <exception cref="CommandException">The command gave no result.</exception>
    public async Task<CommandResult> RunAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(Deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        using Process process = Start();
        try
        {
            process.StandardInput.Close();
            Task<byte[]> complaint = ReadAsync(process.StandardError.BaseStream, LongestComplaint, isBounded: false, either.Token);
            byte[] output = await ReadAsync(process.StandardOutput.BaseStream, LongestOutput, isBounded: true, either.Token);
            string said = Encoding.UTF8.GetString(await complaint).Trim();
            await process.WaitForExitAsync(either.Token);
            return new CommandResult(process.ExitCode, output, said);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CommandException($"did not end within {Deadline.TotalSeconds:0.#} s and was killed", exception);
        }
        finally
        {
            Kill(process);
        }
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(Program)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in Arguments)
            start.ArgumentList.Add(argument);
        foreach ((string name, string value) in Variables)
            start.Environment[name] = value;
        try
        {
            return Process.Start(start)!;
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException or IOException)
        {
            throw new CommandException($"cannot be started: {exception.Message}", exception);
        }
    }

    /// <summary>
    /// Reads a pipe to its end. Output beyond <paramref name="most"/> is an error if <paramref name="isBounded"/>, else it is dropped. A
    /// child process that keeps the pipe open is not waited for beyond the deadline.
    /// </summary>
    private static async Task<byte[]> ReadAsync(Stream stream, int most, bool isBounded, CancellationToken cancellationToken)
    {
        var kept = new MemoryStream();
        byte[] buffer = new byte[16 << 10];
        while (await stream.ReadAsync(buffer, CancellationToken.None).AsTask().WaitAsync(cancellationToken) is > 0 and int read)
        {
            if (isBounded && kept.Length + read > most)
                throw new CommandException($"wrote more than {most} bytes and was killed");
            kept.Write(buffer, 0, (int)Math.Min(read, most - kept.Length));
        }

        return kept.ToArray();
    }

    private static void Kill(Process process)
    {
        try
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException)
        {
            // The process has ended, or it has changed its user and may not be killed.
        }
    }
}

/// <summary>How a command ended.</summary>
/// <param name="ExitCode">The exit code; 128 plus the signal's number if a signal ended the command.</param>
/// <param name="Output">The command's standard output.</param>
/// <param name="Complaint">The command's standard error, trimmed; only its beginning if it was long.</param>
public sealed record CommandResult(int ExitCode, byte[] Output, string Complaint);

/// <summary>A command gave no result. The message lacks its subject: "cannot be started: ...".</summary>
public sealed class CommandException(string message, Exception? innerException = null) : Exception(message, innerException);
