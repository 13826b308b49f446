namespace Scailfin.JobController.Settings;

/// <summary>How the program starts: the mode, and what the process is.</summary>
/// <param name="Mode">Sidecar under one of REANA's commands, else the value of SCAILFIN_MODE, else standalone.</param>
/// <param name="Role">What the process is; only the command line parses its arguments (contract B.4).</param>
/// <param name="IniFile">The file of <c>uwsgi --ini FILE</c>; null under any other command.</param>
internal readonly record struct ServiceStart(ServiceMode Mode, StartRole Role = StartRole.CommandLine, string? IniFile = null)
{
    /// <summary>The only argument of the service that the parent starts.</summary>
    public const string ChildArgument = "service-of-parent";

    private const string ModeVariable = "SCAILFIN_MODE";

    /// <summary>The names of the modes, as written in SCAILFIN_MODE.</summary>
    public static IReadOnlyDictionary<string, ServiceMode> Modes { get; } = new Dictionary<string, ServiceMode>
    {
        ["standalone"] = ServiceMode.Standalone,
        ["sidecar"] = ServiceMode.Sidecar,
    };

    /// <param name="program">The name under which the program was invoked, with or without a directory.</param>
    /// <param name="arguments">The arguments of the program.</param>
    /// <param name="variables">The environment.</param>
    public static ServiceStart Detect(string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> variables) =>
        // A user's secrets come last in a sidecar's environment (contract B.5): a secret named SCAILFIN_MODE must not turn the sidecar into
        // a standalone service, which trusts its user.
        (Path.GetFileName(program), arguments) switch
        {
            ("flask", ["run", "-h", "0.0.0.0"]) => new(ServiceMode.Sidecar, StartRole.Parent),
            ("uwsgi", ["--ini", string file, ..]) => new(ServiceMode.Sidecar, StartRole.Parent, file),
            ("python3", ["-m", "reana_job_controller.nss_wrapper"]) => new(ServiceMode.Sidecar, StartRole.Parent),
            (_, [ChildArgument]) => new(ServiceMode.Sidecar, StartRole.Service),
            _ => new(Modes.GetValueOrDefault(variables.GetValueOrDefault(ModeVariable, ""), ServiceMode.Standalone)),
        };

    /// <summary>The start record of this process.</summary>
    public static ServiceStart OfThisProcess(IReadOnlyDictionary<string, string> variables)
    {
        string[] words = InvokedAs();
        return Detect(words.FirstOrDefault(""), [.. words.Skip(1)], variables);
    }

    /// <summary>The system's word: the runtime names the file that a link leads to, not the link that was called.</summary>
    private static string[] InvokedAs()
    {
        try
        {
            string[] words = File.ReadAllText("/proc/self/cmdline").Split('\0');
            return words.Length > 1 ? words[..^1] : words;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Environment.GetCommandLineArgs();
        }
    }
}

/// <summary>What the process is.</summary>
internal enum StartRole
{
    /// <summary>A command with arguments, <c>serve</c> among them.</summary>
    CommandLine,

    /// <summary>The parent under one of REANA's three commands: it keeps the listening socket and starts the service.</summary>
    Parent,

    /// <summary>The service on the parent's socket.</summary>
    Service,
}
