using System.Globalization;
using System.Text.RegularExpressions;
using HTCondor.Net.ClassAds;
using HTCondor.Net.Schedds;
using Scailfin.Core.Accounts;
using Scailfin.Core.JobManagers;
using Scailfin.JobManagers.Batch.Accounts;
using Scailfin.JobManagers.Batch.Logins;
using Scailfin.JobManagers.HTCondor.Ads;
using Scailfin.JobWrapper.Sites;

namespace Scailfin.JobManagers.HTCondor.Options;

internal sealed partial record HTCondorOptions
{
    public const string AccountingGroupRule = "letters, digits and _ - . not beginning with a full stop";

    private const string UserMark = "{user}";

    public static bool IsAccountingGroup(string text) => AccountingGroupName().IsMatch(text);

    /// <summary>Reads the options; every problem is reported to <paramref name="options"/>.</summary>
    public static HTCondorOptions Read(BackendOptions options)
    {
        var defaults = new HTCondorOptions();
        HTCondorOptions read = defaults with
        {
            Schedd = new ScheddLocation
            {
                Name = options.Text("schedd", null, IsHostLike, "the name of a schedd, such as schedd@host"),
                Pool = options.Text("pool", null, IsHostLike, "a collector, HOST or HOST:PORT"),
                Address = options.Text(
                    "address", null, text => Sinful().IsMatch(text), "a schedd's address, such as <10.1.2.3:9618?sock=schedd>"),
            },
            Transport = TransportOf(options.Text(
                "transport", "auto", text => text is "auto" or "native" or "command_line", "one of: auto, native, command_line")!),
            Prefix = options.Texts("prefix", defaults.Prefix, text => text.Length > 0, "arguments that are not empty"),
            Worker = options.Path("worker", defaults.Worker),
            User = options.Text(
                "user",
                "",
                text => text is Account.OwnerMark || Login.IsName(text),
                $"a login name other than root, or {Account.OwnerMark}")!,
            TokenDirectory = options.Text(
                "token_directory", "", text => Path.IsPathFullyQualified(text), $"an absolute path; {UserMark} in it is replaced")!,
            Spool = options.Flag("spool"),
            ContainerUniverse = options.Text(
                "universe", "vanilla", text => text is "vanilla" or "container", "one of: vanilla, container") == "container",
            Requirements = Expression(options, "requirements"),
            Architecture = options.Text(
                "architecture",
                "",
                text => text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_'),
                "a processor's name in HTCondor, such as X86_64")!,
            FileSystemDomain = options.Text("file_system_domain", null, IsHostLike, "a domain, as the pool's FILESYSTEM_DOMAIN has it"),
            Priority = options.Integer("priority", 0, minimum: 0, maximum: 1_000_000),
            Attributes = AttributesOf(options),
            AccountingGroup = options.Text("accounting_group", null, IsAccountingGroup, AccountingGroupRule),
            AccountingGroups = options.Texts("accounting_groups", [], IsAccountingGroup, AccountingGroupRule),
            Flavours = FlavoursOf(options),
            MaxRuntimeOtherwise = Positive(options.Integer("max_runtime_otherwise_s", 0, minimum: 0)),
            DefaultResources = new JobResources
            {
                Cpus = options.Integer("cpus", defaults.DefaultResources.Cpus!.Value, minimum: 1, maximum: 100_000),
                Memory = (long)options.Integer("memory_mb", 1024, minimum: 1) << 20,
                Disk = (long)options.Integer("disk_mb", 1024, minimum: 1) << 20,
            },
            Kerberos = KerberosOptions.Read(options),
            InFlight = options.Integer("in_flight", defaults.InFlight, minimum: 1, maximum: 100_000),
            SubmitsPerSecond = options.Integer("submits_per_second", defaults.SubmitsPerSecond, minimum: 1, maximum: 1000),
            HeldBound = options.Seconds("held_bound_s", defaults.HeldBound, minimum: 1),
            Releases = options.Integer("releases", defaults.Releases, minimum: 0, maximum: 100),
            CollectBound = options.Seconds("collect_bound_s", defaults.CollectBound, minimum: 1),
            CallDeadline = options.Seconds("call_deadline_s", defaults.CallDeadline, minimum: 1),
            LargestOutput = (long)options.Integer("output_limit_gb", 100, minimum: 1, maximum: 1_000_000) << 30,
            Profile = SiteProfile.Read(
                options, new SiteProfile { Staging = StagingMode.Transfer, ModuleInit = defaults.Profile.ModuleInit }),
        };
        read = read with
        {
            Poll = options.Seconds("poll_s", read.Spool ? TimeSpan.FromSeconds(5) : defaults.Poll, minimum: 1),

            // A schedd removes a job whose spooling is interrupted, as when this service is killed; that alone should not fail a step.
            Restarts = options.Integer("restarts", read.Spool ? 1 : defaults.Restarts, minimum: 0, maximum: 20),
        };
        CheckTogether(options, read);
        return read.ContainerUniverse ? read with { Profile = read.Profile with { Runtimes = ["none"] } } : read;
    }

    private static void CheckTogether(BackendOptions options, HTCondorOptions read)
    {
        if (read.Spool && read.Profile.Staging != StagingMode.Transfer)
            options.Refuse("spool", "false if staging is not transfer");
        if (read.FileSystemDomain is not null && read.Profile.Staging != StagingMode.Shared)
            options.Refuse("file_system_domain", "left out if staging is not shared");
        if (read.User.Length == 0 && read.TokenDirectory.Contains(UserMark, StringComparison.Ordinal))
            options.Needs("token_directory", "user");
        if (read.User.Length == 0 && read.Prefix.Any(word => word.Contains(UserMark, StringComparison.Ordinal)))
            options.Needs("prefix", "user");
    }

    private static TransportChoice TransportOf(string text) => text switch
    {
        "native" => TransportChoice.Native,
        "command_line" => TransportChoice.CommandLine,
        _ => TransportChoice.Automatic,
    };

    private static ClassAdExpression? Expression(BackendOptions options, string name)
    {
        string? text = options.Text(name, null, candidate => ClassAdExpression.TryParse(candidate, out _, out _), "a ClassAd expression");
        return text is not null && ClassAdExpression.TryParse(text, out ClassAdExpression? expression, out _) ? expression : null;
    }

    /// <summary>Each of the form <c>NAME = EXPRESSION</c>, with a name that neither the schedd nor the service itself sets.</summary>
    private static ClassAd AttributesOf(BackendOptions options)
    {
        const string Option = "attributes";
        var ad = new ClassAd();
        foreach (string text in options.Texts(
            Option,
            [],
            text => Assignment(text) is not null,
            "of the form NAME = EXPRESSION, with a ClassAd expression",
            text => Assignment(text)!.Value.Name))
        {
            (string name, ClassAdExpression value) = Assignment(text)!.Value;
            if (HTCondorAttributes.IsSetByUs(name))
                options.Refuse(Option, text, $"of a name other than {name}, which the service or the schedd sets");
            else
                ad.Set(name, value);
        }

        return ad;
    }

    private static (string Name, ClassAdExpression Value)? Assignment(string text)
    {
        int sign = text.IndexOf('=', StringComparison.Ordinal);
        string name = sign > 0 ? text[..sign].Trim() : "";
        return AttributeName().IsMatch(name) && ClassAdExpression.TryParse(text[(sign + 1)..].Trim(), out ClassAdExpression? value, out _)
            ? (name, value)
            : null;
    }

    /// <summary>Each of the form <c>NAME=SECONDS</c>.</summary>
    private static Dictionary<string, TimeSpan> FlavoursOf(BackendOptions options) =>
        options.Texts("flavours", [], text => Flavour().IsMatch(text), "of the form NAME=SECONDS", text => text.Split('=')[0])
            .Select(text => text.Split('='))
            .ToDictionary(
                parts => parts[0],
                parts => TimeSpan.FromSeconds(int.Parse(parts[1], CultureInfo.InvariantCulture)),
                StringComparer.Ordinal);

    private static TimeSpan? Positive(int seconds) => seconds > 0 ? TimeSpan.FromSeconds(seconds) : null;

    private static bool IsHostLike(string text) => HostLike().IsMatch(text);

    [GeneratedRegex("^[A-Za-z0-9_-][A-Za-z0-9_.-]*$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AccountingGroupName();

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AttributeName();

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_-]*=[1-9][0-9]{0,8}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Flavour();

    [GeneratedRegex(@"^[A-Za-z0-9_\[][A-Za-z0-9_.@:\[\]-]*$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HostLike();

    [GeneratedRegex(@"^<[A-Za-z0-9.:\[\]?&=_%+,;*-]+>$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Sinful();
}
