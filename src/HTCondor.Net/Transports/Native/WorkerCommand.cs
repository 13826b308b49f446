using System.Diagnostics;

namespace HTCondor.Net.Transports.Native;

/// <summary>How a worker's process is started.</summary>
internal static class WorkerCommand
{
    public static ProcessStartInfo Start(NativeTransportOptions options, params IReadOnlyList<string> arguments)
    {
        string[] words = [.. options.CommandPrefix, options.WorkerProgram, .. arguments];
        var start = new ProcessStartInfo(words[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = "/", // the user may not be allowed to enter this process's directory
        };
        foreach (string word in words.Skip(1))
            start.ArgumentList.Add(word);
        if (options.UserName is { } user)
            start.UserName = user;

        InheritedEnvironment.Give(start, options.Environment);
        return start;
    }
}
