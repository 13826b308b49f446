using System.Diagnostics;
using Scailfin.Testing;

namespace HTCondor.Net.Worker.Tests.Program;

/// <summary>The program itself, where there is no HTCondor.</summary>
internal static class WorkerProgram
{
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "htcondor-net-worker");

    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(string input, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            Task<string> error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
            process.StandardInput.Close();
            await Eventually.EndAsync(
                process.WaitForExitAsync(cancellationToken), $"htcondor-net-worker {string.Join(' ', arguments)} ends");
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
