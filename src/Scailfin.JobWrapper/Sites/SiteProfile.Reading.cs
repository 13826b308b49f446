using Scailfin.Core.JobManagers;

namespace Scailfin.JobWrapper.Sites;

public sealed partial record SiteProfile
{
    private const int Megabyte = 20;

    /// <summary>
    /// Reads the profile's options, with every problem left in <paramref name="options"/>; what is not set is as in
    /// <paramref name="defaults"/>.
    /// </summary>
    public static SiteProfile Read(BackendOptions options, SiteProfile defaults)
    {
        SiteProfile read = Values(options, defaults);
        if (read.Launcher == "none")
            options.Refuse("launcher_options", "left out if launcher is none");
        return read;
    }

    private static SiteProfile Values(BackendOptions options, SiteProfile defaults) => defaults with
    {
        Runtimes = options.Choices("runtimes", defaults.Runtimes, [.. KnownRuntimes]),
        Modules = Words(options, "modules", defaults.Modules),
        ModuleInit = options.Texts("module_init", defaults.ModuleInit, IsPath, "absolute paths"),
        RuntimeOptions = Words(options, "runtime_options", defaults.RuntimeOptions),
        GpuOptions = Words(options, "gpu_options", defaults.GpuOptions),
        Launcher = options.Text("launcher", defaults.Launcher, KnownLaunchers.Contains, $"one of: {string.Join(", ", KnownLaunchers)}")!,
        LauncherOptions = options.Texts(
            "launcher_options", defaults.LauncherOptions, IsWord, "words without blanks, quotes or control characters"),
        Scratch = options.Texts("scratch", defaults.Scratch, IsNodePath, NodePathRule),
        ImageCache = options.Texts("image_cache", defaults.ImageCache, IsNodePath, NodePathRule),
        ImageDirectories = options.Texts("image_directory", defaults.ImageDirectories, IsPath, "absolute paths"),
        Binds = options.Texts("binds", defaults.Binds, IsBind, "of the form SOURCE[:TARGET][:ro] with absolute paths"),
        SiteMounts = options.Texts("site_mounts", defaults.SiteMounts, IsPath, "absolute paths"),
        ContainerWorkspaceRoot = options.Text(
            "container_workspace_root", defaults.ContainerWorkspaceRoot, IsPlainPath, "an absolute path of letters, digits and . _ - /")!,
        Staging = StagingOf(options.Text(
            "staging", NameOf(defaults.Staging), name => StagingOf(name) is not null, "one of: shared, transfer, chirp")!)!.Value,
        Umask = options.Text(
            "umask", defaults.Umask, IsUmask, "three or four octal digits that keep all the owner's permissions, such as 022")!,
        JobRules = RulesOf(options, defaults),
        LogHead = (long)options.Integer("log_limit_mb", (int)(defaults.LogHead >> Megabyte), minimum: 1, maximum: 1024) << Megabyte,
        StopGrace = options.Seconds("stop_grace_s", defaults.StopGrace, minimum: 1),
        PullTries = options.Integer("pull_tries", defaults.PullTries, minimum: 1, maximum: 20),
        PullTimeout = options.Seconds("pull_timeout_s", defaults.PullTimeout, minimum: 1),
        StageTimeout = options.Seconds("stage_timeout_s", defaults.StageTimeout, minimum: 1),
        ListedOutputs = options.Integer("listed_outputs", defaults.ListedOutputs, minimum: 0, maximum: 10_000),
        HashedBytes = (long)options.Integer(
            "hashed_mb", (int)(defaults.HashedBytes >> Megabyte), minimum: 0, maximum: 1_000_000) << Megabyte,
    };

    private const string NodePathRule = "absolute paths, or paths that begin with a variable such as $SCRATCH";

    private static IReadOnlyList<JobRule> RulesOf(BackendOptions options, SiteProfile defaults)
    {
        IReadOnlyList<string> texts = options.Texts(
            "job_rules", [], text => JobRule.Parse(text) is not null, $"{JobRule.Form}, such as 'gen*: cpus=4 memory=2GB'");
        return texts.Count == 0 ? defaults.JobRules : [.. texts.Select(text => JobRule.Parse(text)!)];
    }

    /// <summary>Lists of the form <c>RUNTIME: word word</c>.</summary>
    private static IReadOnlyDictionary<string, IReadOnlyList<string>> Words(
        BackendOptions options, string name, IReadOnlyDictionary<string, IReadOnlyList<string>> byDefault)
    {
        IReadOnlyList<string> texts = options.Texts(
            name, [], IsRuntimeWords, $"of the form 'RUNTIME: WORD...' with a runtime of: {string.Join(", ", KnownRuntimes)}");
        return texts.Count == 0
            ? byDefault
            : texts.GroupBy(text => text.Split(": ")[0]).ToDictionary(
                group => group.Key,
                IReadOnlyList<string> (group) =>
                    [.. group.SelectMany(text => text.Split(": ")[1].Split(' ', StringSplitOptions.RemoveEmptyEntries))]);
    }

    private static bool IsRuntimeWords(string text) =>
        text.Split(": ") is [var runtime, var words]
            && KnownRuntimes.Contains(runtime)
            && words.Split(' ').All(word => word.Length == 0 || IsWord(word));

    private static bool IsWord(string text) =>
        text.Length > 0 && text.All(letter => letter is > ' ' and < '\x7f' and not ('\'' or '"' or '\\' or '`'));

    private static bool IsPath(string text) => text.StartsWith('/') && !text.Any(char.IsControl) && !text.Split('/').Contains("..");

    private static bool IsPlainPath(string text) =>
        text.Length == 0
            || (IsPath(text)
                && text.Length > 1
                && !text.EndsWith('/')
                && text.All(letter => char.IsAsciiLetterOrDigit(letter) || "._-/".Contains(letter)));

    private static bool IsNodePath(string text)
    {
        if (!text.StartsWith('$'))
            return IsPath(text) && !text.Contains('$', StringComparison.Ordinal);
        string name = text[1..].Split('/')[0];
        return name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_')
            && (name.Length + 1 == text.Length || IsPath(text[(name.Length + 1)..]));
    }

    private static bool IsBind(string text)
    {
        string[] parts = text.Split(':');
        int paths = parts[^1] is "ro" ? parts.Length - 1 : parts.Length;
        return paths is 1 or 2 && parts.Take(paths).All(IsPath) && !text.Contains(',', StringComparison.Ordinal);
    }

    private static bool IsUmask(string text) =>
        text.Length is 3 or 4 && text.All(digit => digit is >= '0' and <= '7') && text[^3] == '0' && (text.Length == 3 || text[0] == '0');

    internal static string NameOf(StagingMode mode) => mode switch
    {
        StagingMode.Transfer => "transfer",
        StagingMode.Chirp => "chirp",
        _ => "shared",
    };

    private static StagingMode? StagingOf(string name) => name switch
    {
        "shared" => StagingMode.Shared,
        "transfer" => StagingMode.Transfer,
        "chirp" => StagingMode.Chirp,
        _ => null,
    };
}
