using HTCondor.Net.Schedds;
using HTCondor.Net.Transports.CommandLine;
using HTCondor.Net.Transports.Native;
using Microsoft.Extensions.Logging;

namespace Scailfin.JobManagers.HTCondor.Submitters;

/// <summary>One transport for each submitter: its workers and tools are that user, or hold that user's token or ticket.</summary>
internal sealed class ScheddTransports(HTCondorOptions options, TimeProvider time, ILoggerFactory loggers) : IScheddTransports
{
    private const string WorkerName = "htcondor-net-worker";
    private const string Methods = "_CONDOR_SEC_CLIENT_AUTHENTICATION_METHODS";

    public IScheddTransport For(Submitter submitter) => options.Transport switch
    {
        TransportChoice.Native => Native(submitter),
        TransportChoice.CommandLine => CommandLine(submitter),
        _ => new ProbedTransport(() => ProbeAsync(submitter)),
    };

    private async Task<IScheddTransport> ProbeAsync(Submitter submitter)
    {
        NativeProbe probe = await NativeTransport.ProbeAsync(NativeOptions(submitter), time, CancellationToken.None);
        ILogger<ScheddTransports> logger = loggers.CreateLogger<ScheddTransports>();
        if (probe.Usable)
        {
            logger.LogNative(probe.CondorVersion ?? "of an unknown version");
            return Native(submitter);
        }

        logger.LogCommandLine(string.Join(' ', probe.Problems));
        return CommandLine(submitter);
    }

    private NativeTransport Native(Submitter submitter) => new(NativeOptions(submitter), time, loggers.CreateLogger<NativeTransport>());

    private NativeTransportOptions NativeOptions(Submitter submitter) => new()
    {
        WorkerProgram = options.Worker.Length == 0 ? Path.Combine(AppContext.BaseDirectory, WorkerName) : options.Worker,
        CommandPrefix = [.. options.Prefix.Select(word => InNameOf(submitter, word))],
        UserName = NeedsToBecome(submitter) ? submitter.Login : null,
        Environment = EnvironmentOf(submitter),
    };

    private CommandLineTransport CommandLine(Submitter submitter) => new(
        new CommandLineOptions
        {
            // Unlike su it starts no session and reads no profile.
            CommandPrefix = NeedsToBecome(submitter)
                ? ["runuser", "-u", submitter.Login, "--"]
                : [.. options.Prefix.Select(word => InNameOf(submitter, word))],
            Environment = EnvironmentOf(submitter),
        },
        time);

    /// <summary>A prefix becomes the user by itself, and a token speaks for him, but for root, as whom nothing is ever submitted.</summary>
    private bool NeedsToBecome(Submitter submitter) =>
        submitter.Login.Length > 0 && options.Prefix.Count == 0 && submitter.Login != Environment.UserName
        && (options.TokenDirectory.Length == 0 || Environment.IsPrivilegedProcess);

    private Dictionary<string, string> EnvironmentOf(Submitter submitter)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        if (options.TokenDirectory.Length > 0)
            environment["_CONDOR_SEC_TOKEN_DIRECTORY"] = InNameOf(submitter, options.TokenDirectory);
        if (options.Kerberos is not null)
            environment["KRB5CCNAME"] = KerberosLogin.CacheOf(options.Kerberos);

        // A schedd on this machine would know the process by its user otherwise, before it asked for anything else.
        string methods = options.TokenDirectory.Length > 0 ? "IDTOKENS" : options.Kerberos is not null ? "KERBEROS" : "";
        if (methods.Length > 0 && Environment.GetEnvironmentVariable(Methods) is not { Length: > 0 })
            environment[Methods] = methods;
        return environment;
    }

    private static string InNameOf(Submitter submitter, string text) => text.Replace("{user}", submitter.Login, StringComparison.Ordinal);
}
