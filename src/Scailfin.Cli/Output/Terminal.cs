using Spectre.Console;

namespace Scailfin.Cli.Output;

internal static class Terminal
{
    /// <summary>The terminal on standard output, without colours if NO_COLOR is set to anything (no-color.org).</summary>
    public static IAnsiConsole Create() => AnsiConsole.Create(new AnsiConsoleSettings
    {
        ColorSystem =
            Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 } ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
    });
}
