using Scailfin.Cli.Api;
using Scailfin.Workflows;

namespace Scailfin.Cli.CommandLine;

/// <summary>Runs a command: handles interruption, and turns errors into one line and an exit code.</summary>
internal static class Invocation
{
    public static async Task<int> RunAsync(Func<CancellationToken, Task<int>> command, CancellationToken outer)
    {
        using var interruption = new Interruption(outer);
        try
        {
            return await command(interruption.Token);
        }
        catch (WorkflowFileException e)
        {
            return await ErrorAsync(e.Message, ExitCodes.Usage);
        }
        catch (ApiException e)
        {
            return await ErrorAsync(e.Message, ExitCodes.Failed);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return await ErrorAsync(e.Message, ExitCodes.Failed);
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
    }

    public static async Task<int> ErrorAsync(string message, int code)
    {
        await Console.Error.WriteLineAsync($"scailfin: {message}");
        return code;
    }
}
