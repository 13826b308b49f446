using System.Collections;
using System.Diagnostics;

namespace HTCondor.Net.Transports.Native;

/// <summary>How a worker's process is started.</summary>
internal static class WorkerCommand
{
    private static readonly string[] Inherited = ["PATH", "HOME", "USER", "LOGNAME", "LANG", "TZ", "TMPDIR", "CONDOR_CONFIG", "DOCKER_HOST", "DOCKER_API_VERSION"];
    private static readonly string[] InheritedPrefixes = ["_CONDOR_", "LC_", "KRB5"];

    // Another user's home is not ours.
    private static readonly string[] Personal = ["HOME", "USER", "LOGNAME", "TMPDIR"];

    public static ProcessStartInfo Start(NativeTransportOptions options, params IReadOnlyList<string> arguments)
    {
        string[] words = [.. options.CommandPrefix, options.WorkerProgram, .. arguments];
        var start = new ProcessStartInfo(words[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = "/", // the user may not enter ours
        };
        foreach (string word in words.Skip(1))
            start.ArgumentList.Add(word);
        if (options.UserName is { } user)
            start.UserName = user;

        start.Environment.Clear();
        foreach (DictionaryEntry pair in System.Environment.GetEnvironmentVariables())
        {
            string name = (string)pair.Key;
            if (IsInherited(name) && (options.UserName is null || !Personal.Contains(name)))
                start.Environment[name] = (string?)pair.Value;
        }

        foreach ((string name, string value) in options.Environment)
            start.Environment[name] = value;
        return start;
    }

    private static bool IsInherited(string name) =>
        Inherited.Contains(name) || InheritedPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));
}
