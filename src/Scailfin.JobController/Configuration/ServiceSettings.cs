namespace Scailfin.JobController.Configuration;

/// <summary>The service's settings, from its environment. An empty variable is an unset one.</summary>
internal sealed record ServiceSettings
{
    public required DataDirectory Data { get; init; }

    /// <summary><c>SCAILFIN_LISTEN</c>: where the API listens.</summary>
    public required Uri Listen { get; init; }

    /// <summary><c>SCAILFIN_WORKSPACE_ROOTS</c>: workspaces must lie under one of these; separated by colons.</summary>
    public required IReadOnlyList<string> WorkspaceRoots { get; init; }

    /// <summary><c>SCAILFIN_BACKENDS</c>: a YAML file; null where the built-in backends are offered.</summary>
    public string? BackendsFile { get; init; }

    /// <summary><c>SCAILFIN_LOG_FORMAT</c>: <c>console</c> or <c>json</c>.</summary>
    public required bool JsonLogs { get; init; }

    /// <summary><c>SCAILFIN_MODE</c>; unset, a start under one of REANA's commands means <see cref="ServiceMode.Sidecar"/> (contract B.4).</summary>
    public ServiceMode Mode { get; init; } = ServiceMode.Standalone;

    /// <summary><c>SCAILFIN_REANA_VERSION=0.9</c>: the older behaviour of contract section J.</summary>
    public bool OlderReana { get; init; }

    /// <summary><c>REANA_VETTED_CONTAINER_IMAGES</c>.</summary>
    public VettedImages VettedImages { get; init; } = VettedImages.All;

    /// <summary>
    /// <c>REANA_KUBERNETES_JOBS_TIMEOUT_LIMIT</c>, seconds, as written: a job's time limit unless it asks for one. What is no number is
    /// refused at each submission, as upstream does (contract A.6).
    /// </summary>
    public required string DefaultTimeout { get; init; }

    /// <summary><c>REANA_KUBERNETES_JOBS_MAX_USER_TIMEOUT_LIMIT</c>, seconds, as written: the longest that may be asked for.</summary>
    public required string LongestTimeout { get; init; }

    /// <summary><c>DASK_SCHEDULER_URI</c>: goes into every job's environment; empty for none (contract C.2).</summary>
    public string DaskScheduler { get; init; } = "";

    /// <summary>How much a request may carry.</summary>
    public RequestLimits Limits { get; init; } = new();

    /// <summary>Reads them.</summary>
    /// <exception cref="SettingsException">Something is wrong; it says everything that is.</exception>
    public static ServiceSettings FromEnvironment()
    {
        var problems = new List<string>();
        var data = DataDirectory.FromEnvironment();
        var settings = new ServiceSettings
        {
            Data = data,
            Listen = Address("SCAILFIN_LISTEN", "http://127.0.0.1:5000", problems),
            WorkspaceRoots = Roots("SCAILFIN_WORKSPACE_ROOTS", data.Workspaces, problems),
            BackendsFile = Read("SCAILFIN_BACKENDS"),
            JsonLogs = Choice("SCAILFIN_LOG_FORMAT", ["console", "json"], problems) == "json",
            DefaultTimeout = Read("REANA_KUBERNETES_JOBS_TIMEOUT_LIMIT") ?? "604800",
            LongestTimeout = Read("REANA_KUBERNETES_JOBS_MAX_USER_TIMEOUT_LIMIT") ?? "1209600",
        };
        if (Read("SCAILFIN_MODE") is { } mode && mode != "standalone")
            problems.Add($"SCAILFIN_MODE is '{mode}', but this version knows standalone only");
        return problems.Count == 0 ? settings : throw new SettingsException(problems);
    }

    private static string? Read(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static Uri Address(string name, string byDefault, List<string> problems)
    {
        string text = Read(name) ?? byDefault;
        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme == Uri.UriSchemeHttp)
            return address;
        problems.Add($"{name} is '{text}', but must be an address such as {byDefault}");
        return new Uri(byDefault);
    }

    private static List<string> Roots(string name, string byDefault, List<string> problems)
    {
        List<string> roots = [.. (Read(name) ?? byDefault).Split(':', StringSplitOptions.RemoveEmptyEntries)];
        problems.AddRange(roots.Where(root => !Path.IsPathFullyQualified(root)).Select(root => $"{name} contains '{root}', but must be absolute paths separated by colons"));
        return roots;
    }

    private static string Choice(string name, string[] allowed, List<string> problems)
    {
        string text = Read(name) ?? allowed[0];
        if (!allowed.Contains(text))
            problems.Add($"{name} is '{text}', but must be one of: {string.Join(", ", allowed)}");
        return text;
    }
}

/// <summary>The settings are not as they must be.</summary>
internal sealed class SettingsException(IReadOnlyList<string> problems) : Exception(string.Join("; ", problems))
{
    public IReadOnlyList<string> Problems { get; } = problems;
}
