using System.CommandLine;
using System.Text.Json;
using Scailfin.Cli.Api;
using Scailfin.Cli.Output;
using Scailfin.JobController.Settings;

namespace Scailfin.Cli.CommandLine;

internal static class ShutdownCommand
{
    public static Command Create()
    {
        var command = new Command("shutdown", "Stop all jobs of the service.");
        command.SetAction((_, outer) => Invocation.RunAsync(
            async cancellation =>
            {
                using ApiClient api = ApiAddress.Require(DataDirectory.FromEnvironment());
                using JsonDocument answer = await api.GetAsync("shutdown", cancellation);
                await Console.Out.WriteLineAsync(Lines.OneLine(answer.RootElement.Text("message")));
                return ExitCodes.Well;
            },
            outer));
        return command;
    }
}
