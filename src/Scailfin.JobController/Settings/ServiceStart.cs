namespace Scailfin.JobController.Settings;

/// <summary>How the program starts: the mode, and whether it serves without parsing its arguments.</summary>
/// <param name="Mode">Sidecar under one of REANA's commands, else the value of SCAILFIN_MODE, else standalone.</param>
/// <param name="Serve">Whether one of REANA's three commands started the program; its arguments are then not parsed (contract B.4).</param>
internal readonly record struct ServiceStart(ServiceMode Mode, bool Serve)
{
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
    public static ServiceStart Detect(string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> variables)
    {
        bool byReana = (Path.GetFileName(program), arguments) switch
        {
            ("flask", ["run", "-h", "0.0.0.0"]) => true,
            ("uwsgi", ["--ini", _, ..]) => true,
            ("python3", ["-m", "reana_job_controller.nss_wrapper"]) => true,
            _ => false,
        };

        // A user's secrets come last in a sidecar's environment (contract B.5): a secret named SCAILFIN_MODE must not turn the sidecar into
        // a standalone service, which trusts its user.
        ServiceMode mode = byReana
            ? ServiceMode.Sidecar
            : Modes.GetValueOrDefault(variables.GetValueOrDefault(ModeVariable, ""), ServiceMode.Standalone);
        return new ServiceStart(mode, byReana);
    }

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
