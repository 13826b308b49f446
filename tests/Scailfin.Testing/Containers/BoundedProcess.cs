using System.Diagnostics;

namespace Scailfin.Testing.Containers;

/// <summary>A program of the host that is not waited for without end: every hang ends.</summary>
public static class BoundedProcess
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Runs it to its end.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="input">Its standard input.</param>
    /// <param name="deadline">How long it may take; with <paramref name="progress"/>, how long that may stand still.</param>
    /// <param name="progress">A picture of how far it is.</param>
    /// <exception cref="TimeoutException">It did not end in time, and was killed.</exception>
    public static async Task<CommandResult> RunAsync(
        IReadOnlyList<string> command, string input, TimeSpan deadline, Func<object?>? progress = null)
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
        using var over = new CancellationTokenSource();
        Task watch = progress is null ? Task.CompletedTask : ExtendAsync(end, deadline, progress, over.Token);
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
            string standing = progress is null ? "Not ended" : $"Nothing has moved ({progress()})";
            throw new TimeoutException($"{standing} within {deadline.TotalSeconds} s: {string.Join(' ', command)}", e);
        }
        finally
        {
            await over.CancelAsync();
            await watch;
        }
    }

    private static async Task ExtendAsync(CancellationTokenSource end, TimeSpan deadline, Func<object?> progress, CancellationToken over)
    {
        object? before = progress();
        while (!over.IsCancellationRequested)
        {
            await Task.Delay(Pause, TimeProvider.System, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            object? now = progress();
            if (!Equals(now, before))
                end.CancelAfter(deadline);
            before = now;
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
