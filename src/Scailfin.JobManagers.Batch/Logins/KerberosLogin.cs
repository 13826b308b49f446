using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Processes;
using Scailfin.Core.Workspaces;

namespace Scailfin.JobManagers.Batch.Logins;

/// <summary>
/// Fetches a Kerberos ticket from a keytab into a cache of its own, and renews an old ticket before the next call.
/// </summary>
public sealed partial class KerberosLogin(KerberosOptions options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly CancellationTokenSource _end = new();
    private long? _fetched;

    private const string Prefix = "scailfin-krb5-";

    /// <summary>
    /// The directory of this process's tickets, mode 0700: other users of the machine cannot take the names in it, nor know its own before
    /// it is there.
    /// </summary>
    private static readonly Lazy<string> Folder =
        new(() => Directory.CreateTempSubdirectory($"{Prefix}{Environment.ProcessId}-").FullName);

    /// <summary>The program that fetches tickets.</summary>
    internal string Program { get; init; } = "kinit";

    /// <summary>Returns the path of the ticket cache: this process alone uses it, and kinit gives it mode 0600.</summary>
    public static string CacheOf(KerberosOptions options) =>
        $"FILE:{FileOf(options)}";

    private static string FileOf(KerberosOptions options) => Path.Combine(
        Folder.Value,
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{options.Keytab}\n{options.Principal}"))[..8]));

    /// <exception cref="JobManagerUnavailableException">No ticket could be obtained; the message says why.</exception>
    public async Task EnsureAsync()
    {
        await _gate.WaitAsync(_end.Token);
        try
        {
            if (_fetched is { } at && time.GetElapsedTime(at) < options.Renewal)
                return;
            await FetchAsync(Expand(options.Keytab), Expand(options.Principal));
            _fetched = time.GetTimestamp();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Ends a fetch in progress, and removes the ticket.</summary>
    public void Dispose()
    {
        _end.Cancel();
        File.Delete(FileOf(options));
    }

    private async Task FetchAsync(string keytab, string principal)
    {
        RemoveLeftovers();
        var kinit = new Command(Program, ["-k", "-t", keytab, "-c", CacheOf(options), "--", principal], Deadline);
        try
        {
            CommandResult result = await kinit.RunAsync(time, _end.Token);
            if (result.ExitCode != 0)
                throw new JobManagerUnavailableException(
                    $"No Kerberos ticket for '{principal}' from the keytab '{keytab}': {result.Complaint}");
        }
        catch (CommandException exception)
        {
            throw new JobManagerUnavailableException($"No Kerberos ticket for '{principal}': kinit {exception.Message}.", exception);
        }
    }

    /// <summary>
    /// Deletes the tickets of services that were killed; a directory that another user has named so stays, and is no failure.
    /// </summary>
    private static void RemoveLeftovers()
    {
        using DirectoryHandle shared = DirectoryHandle.Open(Path.GetTempPath());
        foreach (string name in shared.Names().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            try
            {
                if (!Presence.OfDirectory($"/proc/{name[Prefix.Length..].Split('-')[0]}"))
                    shared.RemoveAll(name);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Another service's login must not depend on it.
            }
        }
    }

    /// <summary>REANA puts the name of the keytab and the user into the environment (contract D.1).</summary>
    private static string Expand(string text) => Variable().Replace(text, match =>
    {
        string name = match.Groups["name"].Value;
        string value = Environment.GetEnvironmentVariable(name) is { Length: > 0 } set
            ? set
            : throw new JobManagerUnavailableException($"{name} is not set.");
        return Harmless().IsMatch(value)
            ? value
            : throw new JobManagerUnavailableException($"{name} has characters that are in no user's and no keytab's name.");
    });

    [GeneratedRegex(
        @"\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)\}",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();

    [GeneratedRegex("^[A-Za-z0-9_][A-Za-z0-9_.-]*$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Harmless();
}
