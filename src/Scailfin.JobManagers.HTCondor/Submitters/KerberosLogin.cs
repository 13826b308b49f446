using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Scailfin.Core.JobManagers;

namespace Scailfin.JobManagers.HTCondor.Submitters;

/// <summary>
/// Fetches a Kerberos ticket from a keytab into a cache of its own, and a new one before calls that come when it has grown old.
/// </summary>
internal sealed partial class KerberosLogin(KerberosOptions options, TimeProvider time)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private long? _fetched;

    /// <summary>Where the ticket lies: of this process alone, mode 0600 by kinit's own care.</summary>
    public static string CacheOf(KerberosOptions options)
    {
        string name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{options.Keytab}\n{options.Principal}"))[..8]);
        return $"FILE:{Path.Combine(Path.GetTempPath(), $"scailfin-krb5-{Environment.ProcessId}-{name}")}";
    }

    /// <exception cref="JobManagerUnavailableException">There is no ticket to be had; it says why.</exception>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_fetched is { } at && time.GetElapsedTime(at) < options.Renewal)
                return;
            await FetchAsync(Expand(options.Keytab), Expand(options.Principal), cancellationToken);
            _fetched = time.GetTimestamp();
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task FetchAsync(string keytab, string principal, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("kinit")
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        foreach (string word in new[] { "-k", "-t", keytab, "-c", CacheOf(options), "--", principal })
            start.ArgumentList.Add(word);
        using var bound = new CancellationTokenSource(Deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellationToken);
        try
        {
            using Process kinit = Process.Start(start)!;
            kinit.StandardInput.Close();
            string error = await kinit.StandardError.ReadToEndAsync(either.Token);
            await kinit.WaitForExitAsync(either.Token);
            if (kinit.ExitCode != 0)
                throw new JobManagerUnavailableException(
                    $"No Kerberos ticket for '{principal}' from the keytab '{keytab}': {error.Trim()}");
        }
        catch (Exception exception)
            when (exception is System.ComponentModel.Win32Exception
                || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new JobManagerUnavailableException(
                $"No Kerberos ticket for '{principal}': kinit is missing, or did not end within {Deadline.TotalSeconds} s.", exception);
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
