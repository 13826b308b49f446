using System.CommandLine;
using System.CommandLine.Invocation;

namespace Scailfin.Cli.CommandLine;

/// <summary>The commands of the program <c>scailfin</c>.</summary>
internal static class CommandLineRoot
{
    /// <param name="serve">Runs the service until it is stopped, by a signal or by its cancellation token.</param>
    /// <param name="startService">Starts a service inside this process, which has written its address when the task completes.</param>
    public static RootCommand Create(Func<CancellationToken, Task<int>> serve, Func<CancellationToken, Task<IAsyncDisposable>> startService)
    {
        var root = new RootCommand("Scailfin: a job controller with REANA's HTTP API. Without a command it serves.");
        var serveCommand = new Command("serve", "Run the service.");
        serveCommand.SetAction((_, cancellation) => serve(cancellation));
        root.SetAction((_, cancellation) => serve(cancellation));
        root.Add(serveCommand);
        root.Add(RunCommand.Create(startService));
        root.Add(JobsCommand.Create());
        root.Add(ShutdownCommand.Create());
        root.Add(TokensCommand.Create());
        root.Add(ConfigCommand.Create());
        root.Add(WrapperCommand.Create());
        root.Add(KubernetesCommand.Create());
        return root;
    }

    /// <summary>
    /// Parses and runs. Invoking the root by itself would end an interrupted run after two seconds, and answer bad usage with 1.
    /// </summary>
    public static async Task<int> InvokeAsync(RootCommand root, IReadOnlyList<string> args)
    {
        ParseResult parsed = root.Parse(args);
        var configuration = new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };
        int code = await parsed.InvokeAsync(configuration);
        return parsed.Action is ParseErrorAction ? ExitCodes.Usage : code;
    }
}
