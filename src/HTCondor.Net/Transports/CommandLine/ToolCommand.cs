using System.Diagnostics;

namespace HTCondor.Net.Transports.CommandLine;

/// <summary>How a tool's process is started: by a list of arguments, which no shell reads.</summary>
internal static class ToolCommand
{
    public static ProcessStartInfo Start(CommandLineOptions options, string tool, IReadOnlyList<string> arguments)
    {
        string program = options.Directory is { } directory && tool.StartsWith("condor_", StringComparison.Ordinal)
            ? Path.Combine(directory, tool)
            : tool;
        string[] words = [.. options.CommandPrefix, program, .. arguments];
        var start = new ProcessStartInfo(words[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        foreach (string word in words.Skip(1))
            start.ArgumentList.Add(word);
        InheritedEnvironment.Give(start, options.Environment);
        return start;
    }
}
