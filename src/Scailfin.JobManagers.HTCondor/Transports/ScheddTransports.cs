using HTCondor.Net.Schedds;
using HTCondor.Net.Transports.CommandLine;
using HTCondor.Net.Transports.Native;
using Microsoft.Extensions.Logging;
using Scailfin.JobManagers.Batch.Accounts;
using Scailfin.JobManagers.Batch.Logins;
using Scailfin.JobManagers.HTCondor.Options;

namespace Scailfin.JobManagers.HTCondor.Transports;

/// <summary>One transport for each account: its workers and tools are that user, or hold that user's token or ticket.</summary>
internal sealed partial class ScheddTransports(HTCondorOptions options, TimeProvider time, ILoggerFactory loggers) : IScheddTransports
{
    private const string WorkerName = "htcondor-net-worker";
    private const string Methods = "_CONDOR_SEC_CLIENT_AUTHENTICATION_METHODS";

    public Task<IScheddTransport> ForAsync(Account account) => options.Transport switch
    {
        TransportChoice.Native => Task.FromResult<IScheddTransport>(Native(account)),
        TransportChoice.CommandLine => Task.FromResult<IScheddTransport>(CommandLine(account)),
        _ => ProbeAsync(account),
    };

    private async Task<IScheddTransport> ProbeAsync(Account account)
    {
        NativeProbe probe = await NativeTransport.ProbeAsync(NativeOptions(account), time, CancellationToken.None);
        ILogger logger = loggers.CreateLogger<ScheddTransports>();
        if (probe.Usable)
        {
            LogNative(logger, probe.CondorVersion ?? "of an unknown version");
            return Native(account);
        }

        LogCommandLine(logger, string.Join(' ', probe.Problems));
        return CommandLine(account);
    }

    private NativeTransport Native(Account account) => new(NativeOptions(account), time, loggers.CreateLogger<NativeTransport>());

    private NativeTransportOptions NativeOptions(Account account) => new()
    {
        WorkerProgram = options.Worker.Length == 0 ? Path.Combine(AppContext.BaseDirectory, WorkerName) : options.Worker,
        CommandPrefix = [.. options.Prefix.Select(word => InNameOf(account, word))],
        UserName = NeedsToBecome(account) ? account.Login : null,
        Environment = EnvironmentOf(account),
    };

    private CommandLineTransport CommandLine(Account account) => new(
        new CommandLineOptions
        {
            // runuser, because su would start a session and read the user's profile.
            CommandPrefix = NeedsToBecome(account)
                ? ["runuser", "-u", account.Login, "--"]
                : [.. options.Prefix.Select(word => InNameOf(account, word))],
            Environment = EnvironmentOf(account),
        },
        time);

    /// <summary>Whether to run as the account: not with a prefix, which does that, nor with a token, unless this process is root.</summary>
    private bool NeedsToBecome(Account account) =>
        account.Login.Length > 0 && options.Prefix.Count == 0 && account.Login != Environment.UserName
        && (options.TokenDirectory.Length == 0 || Environment.IsPrivilegedProcess);

    private Dictionary<string, string> EnvironmentOf(Account account)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        if (options.TokenDirectory.Length > 0)
            environment["_CONDOR_SEC_TOKEN_DIRECTORY"] = InNameOf(account, options.TokenDirectory);
        if (options.Kerberos is not null)
            environment["KRB5CCNAME"] = KerberosLogin.CacheOf(options.Kerberos);

        // Otherwise a schedd on this machine would authenticate the process by its Unix user before it tried a token or a ticket.
        string methods = options.TokenDirectory.Length > 0 ? "IDTOKENS" : options.Kerberos is not null ? "KERBEROS" : "";
        if (methods.Length > 0 && Environment.GetEnvironmentVariable(Methods) is not { Length: > 0 })
            environment[Methods] = methods;
        return environment;
    }

    private static string InNameOf(Account account, string text) => text.Replace("{user}", account.Login, StringComparison.Ordinal);

    [LoggerMessage(EventId = 704, Level = LogLevel.Information, Message = "HTCondor is reached through its library, {Version}")]
    private static partial void LogNative(ILogger logger, string version);

    [LoggerMessage(
        EventId = 705,
        Level = LogLevel.Warning,
        Message = "HTCondor is reached through its command line, because its library cannot be used: {Reason}")]
    private static partial void LogCommandLine(ILogger logger, string reason);
}
