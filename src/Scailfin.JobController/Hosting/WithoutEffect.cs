using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Hosting;

/// <summary>
/// Variables of REANA and of its image that the service knows and that change nothing, each with the reason. Those that are set are named
/// in one line when the service starts; their values are not shown. docs/operations/reana.md has the table.
/// </summary>
internal static class WithoutEffect
{
    private const string Any = "*";

    private const string NoSlurm = "this version has no backend 'slurmcern'";
    private const string NoUserEntry = "the program needs no entry of its user, and jobs have WORKFLOW_RUNTIME_USER_UID and _GID";
    private const string NoFlask = "no Flask runs here";
    private const string NoPool = "a connection that was closed is replaced, and SQLALCHEMY_POOL_RECYCLE bounds the age of all";

    /// <summary>The names, and why each has no effect; a name that ends with an asterisk stands for all that begin so.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Reasons { get; } =
    [
        new("MYSCHEDD_*", "the image has no program 'myschedd'; the options 'schedd' and 'pool' of the HTCondor backend name the schedd"),
        new("SLURM_GSS_HOSTNAME", NoSlurm),
        new("K8S_USE_SECURITY_CONTEXT", "jobs always have the security context that REANA gives them"),
        new("WORKFLOW_RUNTIME_USER_NAME", NoUserEntry),
        new("WORKFLOW_RUNTIME_GROUP_NAME", NoUserEntry),
        new("NSS_WRAPPER_PASSWD", NoUserEntry),
        new("NSS_WRAPPER_GROUP", NoUserEntry),
        new("REANA_USER_SECRETS_TYPES", "the types of a user's secrets are read from the annotation of their Secret"),
        new("SHARED_VOLUME_PATH_ROOT", "REANA does not use it either"),
        new("FLASK_APP", NoFlask),
        new("FLASK_DEBUG", NoFlask),
        new("REANA_SECRET_KEY", "no cookie is signed and no column is encrypted here"),
        new("REANA_DB_CLOSE_POOL_CONNECTIONS", NoPool),
        new("SQLALCHEMY_POOL_PRE_PING", NoPool),
    ];

    /// <summary>Records them, and notes those that are set; read last, because some are checked as other settings.</summary>
    public static void Read(SettingsReader reader)
    {
        HashSet<string> known = [.. reader.Effective.Select(setting => setting.Name)];
        foreach ((string name, string why) in Reasons)
        {
            string[] names = name.EndsWith(Any, StringComparison.Ordinal)
                ? [.. reader.Names.Where(other => other.StartsWith(name[..^Any.Length], StringComparison.Ordinal)).Order()]
                : [name];
            foreach (string one in names.Where(one => !known.Contains(one)))
                reader.Optional(one);
            reader.NoteWithoutEffect([.. names.Where(one => reader.Peek(one) is not null)], why);
        }
    }
}
