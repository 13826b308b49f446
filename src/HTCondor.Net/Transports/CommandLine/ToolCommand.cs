using System.Collections;
using System.Diagnostics;

namespace HTCondor.Net.Transports.CommandLine;

/// <summary>How a tool's process is started: by a list of arguments, which no shell reads.</summary>
internal static class ToolCommand
{
    private static readonly string[] Inherited = ["PATH", "HOME", "USER", "LOGNAME", "LANG", "TZ", "TMPDIR", "CONDOR_CONFIG", "DOCKER_HOST", "DOCKER_API_VERSION"];
    private static readonly string[] InheritedPrefixes = ["_CONDOR_", "LC_", "KRB5"];

    public static ProcessStartInfo Start(CommandLineOptions options, string tool, IReadOnlyList<string> arguments)
    {
        string program = options.Directory is { } directory && tool.StartsWith("condor_", StringComparison.Ordinal) ? Path.Combine(directory, tool) : tool;
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
        start.Environment.Clear();
        foreach (DictionaryEntry pair in System.Environment.GetEnvironmentVariables())
        {
            string name = (string)pair.Key;
            if (Inherited.Contains(name) || InheritedPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
                start.Environment[name] = (string?)pair.Value;
        }

        foreach ((string name, string value) in options.Environment)
            start.Environment[name] = value;
        return start;
    }
}
