using Scailfin.Core.JobManagers;

namespace Scailfin.JobManagers.Batch.Logins;

/// <summary>The source of the Kerberos ticket for the scheduler (contract D.1).</summary>
/// <param name="Keytab">Absolute path; <c>${NAME}</c> in it is the environment variable of that name.</param>
/// <param name="Principal">Such as <c>jane@CERN.CH</c>, with variables as the keytab.</param>
/// <param name="Renewal">How often a new ticket is fetched.</param>
public sealed record KerberosOptions(string Keytab, string Principal, TimeSpan Renewal)
{
    private const string Variables = "${NAME} in it is the environment variable of that name";

    /// <summary>Reads the options; null if no keytab is named. Every problem is added to <paramref name="options"/>.</summary>
    public static KerberosOptions? Read(BackendOptions options)
    {
        string? keytab = options.Text("kerberos_keytab", null, Path.IsPathFullyQualified, $"an absolute path; {Variables}");
        string? principal = options.Text(
            "kerberos_principal", null, text => text.Contains('@', StringComparison.Ordinal), $"of the form USER@REALM; {Variables}");
        TimeSpan renewal = options.Seconds("kerberos_renew_s", TimeSpan.FromHours(4), minimum: 60);
        options.Together("kerberos_keytab", "kerberos_principal");
        options.Needs("kerberos_renew_s", "kerberos_keytab", "kerberos_principal");
        return keytab is null || principal is null ? null : new KerberosOptions(keytab, principal, renewal);
    }
}
