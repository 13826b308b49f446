using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace HTCondor.Net.Transports.CommandLine;

/// <summary>Runs a tool to its end, or to the deadline's.</summary>
internal sealed class ToolRunner(CommandLineOptions options, TimeProvider time)
{
    private const int MaxErrorBytes = 64 * 1024;

    /// <summary>Runs a tool.</summary>
    /// <param name="tool">The tool's name.</param>
    /// <param name="arguments">The tool's arguments.</param>
    /// <param name="input">The tool's standard input; null for none.</param>
    /// <param name="changes">Whether the tool makes a change: if it does not end, the change may have been made.</param>
    /// <param name="deadline">The time after which the tool is killed.</param>
    /// <param name="cancellationToken">Kills the tool.</param>
    /// <exception cref="HTCondorException">The tool could not be started, did not end, or printed too much.</exception>
    public async Task<ToolResult> RunAsync(
        string tool,
        IReadOnlyList<string> arguments,
        string? input,
        bool changes,
        CallDeadline deadline,
        CancellationToken cancellationToken)
    {
        if (arguments.Any(argument => argument.Contains('\0', StringComparison.Ordinal)))
            throw new HTCondorException(ToolErrors.Refused("a NUL cannot be carried in an argument"));
        using var ended = new CancellationTokenSource(deadline.Remaining, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ended.Token, cancellationToken);
        using Process process = Start(tool, arguments);
        try
        {
            Task<byte[]> output = ReadAsync(process.StandardOutput.BaseStream, options.MaxOutputBytes, either.Token);
            Task<byte[]> error = ReadToEndAsync(process.StandardError.BaseStream, either.Token);
            await WriteAsync(process, input, either.Token);
            byte[] printed = await output;
            byte[] said = await error;
            await process.WaitForExitAsync(either.Token);
            return new ToolResult(tool, process.ExitCode, printed, Encoding.UTF8.GetString(said).Trim());
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HTCondorException(ToolErrors.TooSlow(tool, deadline.Whole, changes));
        }
        catch (InvalidDataException)
        {
            throw new HTCondorException(ToolErrors.TooMuch(tool, options.MaxOutputBytes, changes));
        }
        finally
        {
            Kill(process);
        }
    }

    private Process Start(string tool, IReadOnlyList<string> arguments)
    {
        try
        {
            return Process.Start(ToolCommand.Start(options, tool, arguments))
                ?? throw new InvalidOperationException("the operating system started no process");
        }
        catch (Exception problem) when (problem is Win32Exception or InvalidOperationException or IOException)
        {
            throw new HTCondorException(ToolErrors.NotStarted(tool, problem.Message), problem);
        }
    }

    private static async Task WriteAsync(Process process, string? input, CancellationToken cancellationToken)
    {
        try
        {
            // A write to the pipe cannot be cancelled; it ends when the process is killed.
            Stream pipe = process.StandardInput.BaseStream;
            if (input is not null)
                await pipe.WriteAsync(Encoding.UTF8.GetBytes(input), CancellationToken.None).AsTask().WaitAsync(cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The tool ended without reading all of its input; its exit code says why.
        }
    }

    private static async Task<byte[]> ReadAsync(Stream stream, int most, CancellationToken cancellationToken)
    {
        var all = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        while (await stream.ReadAsync(buffer, CancellationToken.None).AsTask().WaitAsync(cancellationToken) is > 0 and int read)
        {
            if (all.Length + read > most)
                throw new InvalidDataException();
            all.Write(buffer, 0, read);
        }

        return all.ToArray();
    }

    /// <summary>Keeps the beginning.</summary>
    private static async Task<byte[]> ReadToEndAsync(Stream stream, CancellationToken cancellationToken)
    {
        var kept = new MemoryStream();
        byte[] buffer = new byte[4096];
        while (await stream.ReadAsync(buffer, CancellationToken.None).AsTask().WaitAsync(cancellationToken) is > 0 and int read)
            kept.Write(buffer, 0, (int)Math.Min(read, MaxErrorBytes - kept.Length));
        return kept.ToArray();
    }

    private static void Kill(Process process)
    {
        try
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
        catch (Exception problem) when (problem is InvalidOperationException or Win32Exception or AggregateException)
        {
            // The process has ended, or another user's process has its id now.
        }
    }
}
