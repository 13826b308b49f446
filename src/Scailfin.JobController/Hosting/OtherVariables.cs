using Scailfin.JobController.Reana;
using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Hosting;

/// <summary>
/// Variables that no record of settings holds: of the command line, of the user, and upstream's own that mean nothing here.
/// </summary>
internal static class OtherVariables
{
    /// <summary>A user's secrets, which REANA puts into the environment (contract F.1, last row); read when they are needed.</summary>
    private static readonly string[] UserSecrets =
    [
        "CERN_USER", "CERN_KEYTAB", "VONAME", "VOMSPROXY_FILE", "VOMSPROXY_PASS", "RUCIO_USERNAME", "RUCIO_RUCIO_HOST", "RUCIO_AUTH_HOST",
        "HELMHOLTZ_TOP",
    ];

    /// <summary>Names that a user's secret may have without replacing a setting.</summary>
    public static IReadOnlyCollection<string> OfUsers => UserSecrets;

    public static void Read(SettingsReader reader)
    {
        reader.Optional("SCAILFIN_URL");
        reader.Secret("SCAILFIN_TOKEN");
        reader.Optional("KUBERNETES_SERVICE_HOST");
        reader.Optional("KUBERNETES_SERVICE_PORT");
        foreach (string name in UserSecrets.Except(AuthenticationImages.Passed))
            reader.Secret(name);
        reader.Optional("TERM");
        reader.Secret("REANA_SECRET_KEY");
        reader.Flag("REANA_DB_CLOSE_POOL_CONNECTIONS", false);
        reader.Flag("SQLALCHEMY_POOL_PRE_PING", false);
        WithoutEffect.Read(reader);
    }
}
