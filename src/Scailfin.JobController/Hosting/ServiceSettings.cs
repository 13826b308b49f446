using Scailfin.JobController.Access;
using Scailfin.JobController.Backends;
using Scailfin.JobController.Database;
using Scailfin.JobController.Jobs;
using Scailfin.JobController.Logging;
using Scailfin.JobController.Parent;
using Scailfin.JobController.Reana;
using Scailfin.JobController.Settings;
using Scailfin.JobController.Telemetry;

namespace Scailfin.JobController.Hosting;

/// <summary>The service's settings. An empty variable is an unset one. docs/configuration.md has the reference.</summary>
internal sealed partial record ServiceSettings
{
    public required DataDirectory Data { get; init; }

    /// <summary><c>SCAILFIN_LISTEN</c>: the address on which the API listens.</summary>
    public required Uri Listen { get; init; }

    /// <summary>The listening socket that the parent keeps; null if the service opens its own at <see cref="Listen"/>.</summary>
    public int? ListenDescriptor { get; init; }

    /// <summary>
    /// Workspaces must lie under one of these. Standalone: <c>SCAILFIN_WORKSPACE_ROOTS</c>, separated by colons. Sidecar: the shared volume
    /// and the pods' side of <c>WORKSPACE_PATHS</c> (design, section 8).
    /// </summary>
    public required IReadOnlyList<string> WorkspaceRoots { get; init; }

    /// <summary>
    /// <c>SCAILFIN_SHARED_WORKSPACES</c>: directories whose workspaces every user may use; all others are <c>{root}/{user}/{workflow}</c>.
    /// Null in a sidecar, which does not tell users apart.
    /// </summary>
    public IReadOnlyList<string>? SharedWorkspaces { get; init; }

    /// <summary><c>SCAILFIN_BACKENDS</c>: a YAML file; null if the built-in backends are offered.</summary>
    public string? BackendsFile { get; init; }

    /// <summary>
    /// <c>COMPUTE_BACKENDS</c>: the names that are offered; null if unset. <see cref="OfferedBackends"/> has the rule.
    /// </summary>
    public IReadOnlyList<string>? ComputeBackends { get; init; }

    /// <summary>How the service logs.</summary>
    public LogSettings Log { get; init; } = new();

    /// <summary>Whether the log is JSON; the short form of <see cref="Log"/>.</summary>
    public bool JsonLogs
    {
        get => Log.Format == LogFormat.Json;
        init => Log = Log with { Format = value ? LogFormat.Json : LogFormat.Console };
    }

    /// <summary>
    /// <c>SCAILFIN_MODE</c>; unset, a start under one of REANA's commands means <see cref="ServiceMode.Sidecar"/> (contract B.4).
    /// </summary>
    public ServiceMode Mode { get; init; } = ServiceMode.Standalone;

    /// <summary>The operator's rules for requests.</summary>
    public required RequestSettings Requests { get; init; }

    /// <summary><c>SCAILFIN_RETENTION</c>, days: how long a finished job stays in the service's own tables; null for ever.</summary>
    public TimeSpan? Retention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>
    /// The name of the sidecar's pod, which carries its workflow's: the kernel's word, not that of <c>HOSTNAME</c>, which a user's secret
    /// could be.
    /// </summary>
    public string PodName { get; init; } = "";

    /// <summary>
    /// <c>REANA_WORKFLOW_UUID</c>, or the label of the sidecar's own pod, which wins: the workflow of a sidecar. Null if neither says
    /// it; then the pod's name does, unless it is too long to hold it.
    /// </summary>
    public Guid? Workflow { get; init; }

    /// <summary><c>SCAILFIN_JOB_CACHE</c>: whether <c>/job_cache</c> looks into REANA's table (contract C.14).</summary>
    public bool JobCache { get; init; }

    /// <summary>Signed tokens; null if none are accepted.</summary>
    public JwtSettings? Jwt { get; init; }

    /// <summary><c>SCAILFIN_METRICS_PUBLIC</c>: whether the figures are shown without a token.</summary>
    public bool MetricsPublic { get; init; }

    /// <summary>The database of the jobs.</summary>
    public DatabaseSettings Database { get; init; } = new();

    /// <summary>REANA's own settings; null only if a test made the settings.</summary>
    public ReanaSettings? Reana { get; init; }

    /// <summary>Defaults of REANA's Slurm backend.</summary>
    public SlurmDefaults? Slurm { get; init; }

    /// <summary>Defaults of REANA's Compute4PUNCH backend.</summary>
    public Compute4PunchDefaults? Compute4Punch { get; init; }

    /// <summary>OpenTelemetry's own variables.</summary>
    public TelemetrySettings Telemetry { get; init; } = TelemetrySettings.None;

    /// <summary>Clients that may be connected at a time.</summary>
    public int Connections { get; init; } = ConnectionLimit.Of(DescriptorLimit.Read());

    /// <summary>Whether the settings must not be used before the sidecar's own Pod has confirmed them (design, section 1).</summary>
    public bool Held { get; init; }

    /// <summary>Problems that do not prevent the start; the service logs them as warnings.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Variables that are set and change nothing, with the reason; the service logs them in one line.</summary>
    public IReadOnlyList<string> WithoutEffect { get; init; } = [];

    /// <summary>Reads the settings of this process.</summary>
    /// <exception cref="SettingsException">The settings are invalid; the message names every problem.</exception>
    public static ServiceSettings FromEnvironment()
    {
        IReadOnlyDictionary<string, string> variables = ProcessVariables.Read();
        ServiceStart start = ServiceStart.OfThisProcess(variables);
        ServiceSettings settings = Read(variables, start.Mode);
        return start.Role == StartRole.Service
            ? settings with { Listen = InheritedSocket.Take(), ListenDescriptor = InheritedSocket.Descriptor }
            : settings;
    }

    /// <summary>Reads settings from other variables: of a test, of a sidecar's own Pod.</summary>
    /// <exception cref="SettingsException">The settings are invalid; the message names every problem.</exception>
    public static ServiceSettings Read(IReadOnlyDictionary<string, string> variables, ServiceMode mode)
    {
        SettingsReport report = SettingsReport.Of(variables, mode);
        return report.Problems.Count == 0 ? report.Settings : throw new SettingsException(report.Problems);
    }
}
