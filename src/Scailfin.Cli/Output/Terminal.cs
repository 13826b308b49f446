using System.Text;
using Spectre.Console;

namespace Scailfin.Cli.Output;

/// <summary>
/// What goes to a terminal goes through here. Texts of jobs, of services and of the command line are made visible
/// (<see cref="VisibleText"/>); pipes and files get them as they are.
/// </summary>
internal static class Terminal
{
    private static TextWriter? _output;

    /// <summary>Makes all that the program writes to a terminal visible, on standard output and standard error each.</summary>
    public static void Guard()
    {
        _output = Console.Out;
        if (!Console.IsOutputRedirected)
            Console.SetOut(new VisibleWriter(Console.Out));
        if (!Console.IsErrorRedirected)
            Console.SetError(new VisibleWriter(Console.Error));
    }

    /// <summary>
    /// The terminal on standard output, without colours if NO_COLOR is set to anything (no-color.org). It writes its own escape sequences:
    /// what it is to write passes through <see cref="Markup"/>.
    /// </summary>
    public static IAnsiConsole Create() => AnsiConsole.Create(new AnsiConsoleSettings
    {
        ColorSystem =
            Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 } ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
        Out = new Unguarded(_output ?? Console.Out),
    });

    /// <summary>A text on one line, as markup that says nothing but that text.</summary>
    public static string Markup(string text) => Spectre.Console.Markup.Escape(VisibleText.Of(Lines.OneLine(text)));

    private sealed class Unguarded(TextWriter output) : IAnsiConsoleOutput
    {
        private readonly AnsiConsoleOutput _measured = new(output);

        public TextWriter Writer => output;

        public bool IsTerminal => !Console.IsOutputRedirected;

        public int Width => _measured.Width;

        public int Height => _measured.Height;

        public void SetEncoding(Encoding encoding) => _measured.SetEncoding(encoding);
    }
}
