using HTCondor.Net.Schedds;
using HTCondor.Net.Transports.Native;
using Microsoft.Extensions.Logging;

namespace Scailfin.JobManagers.HTCondor.Submitters;

/// <summary>One transport for each submitter: its workers are that user, or hold that user's token.</summary>
internal sealed class ScheddTransports(HTCondorOptions options, TimeProvider time, ILoggerFactory loggers) : IScheddTransports
{
    public IScheddTransport For(Submitter submitter) => new NativeTransport(
        new NativeTransportOptions
        {
            WorkerProgram = options.Worker.Length == 0 ? Path.Combine(AppContext.BaseDirectory, "htcondor-net-worker") : options.Worker,
            CommandPrefix = [.. options.Prefix.Select(word => InNameOf(submitter, word))],
            UserName = LoginToBecome(submitter),
            Environment = EnvironmentOf(submitter),
        },
        time,
        loggers.CreateLogger<NativeTransport>());

    /// <summary>A prefix becomes the user by itself, a token speaks for him; otherwise root's worker does.</summary>
    private string? LoginToBecome(Submitter submitter) =>
        submitter.Login.Length > 0 && options.Prefix.Count == 0 && options.TokenDirectory.Length == 0 && submitter.Login != Environment.UserName ? submitter.Login : null;

    private Dictionary<string, string> EnvironmentOf(Submitter submitter)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        if (options.TokenDirectory.Length > 0)
            environment["_CONDOR_SEC_TOKEN_DIRECTORY"] = InNameOf(submitter, options.TokenDirectory);
        return environment;
    }

    private static string InNameOf(Submitter submitter, string text) => text.Replace("{user}", submitter.Login, StringComparison.Ordinal);
}
