using System.Diagnostics;

namespace Scailfin.Testing.Containers;

/// <summary>A program of the host that is not waited for without end.</summary>
internal static class BoundedProcess
{
    /// <exception cref="TimeoutException">It did not end in time, and was killed.</exception>
    public static async Task<CommandResult> RunAsync(IReadOnlyList<string> command, string input, TimeSpan deadline)
    {
        var start = new ProcessStartInfo(command[0])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        foreach (string argument in command.Skip(1))
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        using var end = new CancellationTokenSource(deadline, TimeProvider.System);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(end.Token);
            Task<string> error = process.StandardError.ReadToEndAsync(end.Token);
            await WriteAsync(process, input, end.Token);
            await process.WaitForExitAsync(end.Token);
            return new CommandResult(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException e)
        {
            process.Kill();
            throw new TimeoutException($"Not ended within {deadline.TotalSeconds} s: {string.Join(' ', command)}", e);
        }
    }

    private static async Task WriteAsync(Process process, string input, CancellationToken cancel)
    {
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), cancel);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading all of it; its exit code says why.
        }
    }
}
