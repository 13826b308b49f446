using Scailfin.Core.Workspaces;
using Scailfin.JobController.Access;
using Scailfin.JobController.Backends;
using Scailfin.JobController.Database;
using Scailfin.JobController.JobCache;
using Scailfin.JobController.Jobs;
using Scailfin.JobController.Logging;
using Scailfin.JobController.Reana;
using Scailfin.JobController.Settings;
using Scailfin.JobController.Telemetry;

namespace Scailfin.JobController.Hosting;

/// <content>Which variables they are from, and how they depend on the mode.</content>
internal sealed partial record ServiceSettings
{
    private const string Roots = "SCAILFIN_WORKSPACE_ROOTS";
    private const string Shared = "SCAILFIN_SHARED_WORKSPACES";

    public static ServiceSettings Read(SettingsReader reader, ServiceMode mode)
    {
        bool sidecar = mode == ServiceMode.Sidecar;
        reader.Choice("SCAILFIN_MODE", sidecar ? "sidecar" : "standalone", [.. ServiceStart.Modes.Keys]);
        DataDirectory data = DataDirectory.Find(reader, mode);
        Uri listen = Address(reader, sidecar ? "http://0.0.0.0:5000" : "http://127.0.0.1:5000");
        string? backends = reader.Optional("SCAILFIN_BACKENDS");
        IReadOnlyList<string> asked = reader.List("COMPUTE_BACKENDS", sidecar && backends is null ? ["kubernetes"] : []);
        LogSettings log = LogSettings.Read(reader, mode);
        ReanaSettings reana = ReanaSettings.Read(reader, mode);
        IReadOnlyList<string> roots = sidecar ? ReanaRoots(reader, reana.Storage) : OwnRoots(reader, data.Workspaces);
        return new ServiceSettings
        {
            Mode = mode,
            Data = data,
            Listen = listen,
            WorkspaceRoots = roots,
            SharedWorkspaces = SharedOf(reader, roots, sidecar),
            BackendsFile = backends,
            ComputeBackends = asked.Count > 0 ? asked : null,
            Log = log,
            Requests = RequestSettings.Read(reader, mode),
            Retention = reader.Integer("SCAILFIN_RETENTION", 30, 0, 36_500) is > 0 and int days ? TimeSpan.FromDays(days) : null,
            PodName = Environment.MachineName,
            Workflow = Guid.TryParseExact(
                reader.Optional("REANA_WORKFLOW_UUID", IsUuid, "a UUID"), "D", out Guid workflow) ? workflow : null,
            JobCache = JobCacheSwitch.Read(reader, mode),
            Jwt = JwtSettings.Read(reader, mode),
            MetricsPublic = reader.Flag("SCAILFIN_METRICS_PUBLIC", false),
            Database = DatabaseSettings.Read(reader, mode, $"{reana.ComponentPrefix}-db.{reana.InfrastructureNamespace}"),
            Reana = reana,
            Slurm = SlurmDefaults.Read(reader),
            Compute4Punch = Compute4PunchDefaults.Read(reader),
            Telemetry = TelemetrySettings.Read(reader),
        };
    }

    private static bool IsUuid(string text) => Guid.TryParseExact(text, "D", out _);

    private static Uri Address(SettingsReader reader, string byDefault) => reader.Parsed(
        "SCAILFIN_LISTEN",
        new Uri(byDefault),
        $"an address without a path, such as {byDefault}",
        text => Uri.TryCreate(text, UriKind.Absolute, out Uri? address)
            && address.Scheme == Uri.UriSchemeHttp && address.PathAndQuery == "/" && address.UserInfo.Length == 0
            ? address
            : null,
        address => address.GetLeftPart(UriPartial.Authority));

    private static IReadOnlyList<string> ReanaRoots(SettingsReader reader, SharedStorageSettings storage)
    {
        string[] roots = [storage.SharedVolumePath, .. storage.WorkspacePaths.Select(mount => mount.Pod)];
        if (reader.Peek(Roots) is not null)
            reader.Note($"{Roots} is set, but a sidecar's workspaces lie under SHARED_VOLUME_PATH and WORKSPACE_PATHS");
        reader.Remember(Roots, string.Join(':', roots), "SHARED_VOLUME_PATH, WORKSPACE_PATHS");
        return roots;
    }

    private static IReadOnlyList<string> OwnRoots(SettingsReader reader, string byDefault) => reader.Parsed<IReadOnlyList<string>>(
        Roots,
        [byDefault],
        "absolute paths separated by colons",
        text => text.Split(':', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } roots && roots.All(Path.IsPathFullyQualified)
            ? roots
            : null,
        roots => string.Join(':', roots));

    /// <summary>What every user may use; a sidecar's pod is the boundary of trust (design, section 1).</summary>
    private static IReadOnlyList<string>? SharedOf(SettingsReader reader, IReadOnlyList<string> roots, bool sidecar)
    {
        if (sidecar)
        {
            if (reader.Peek(Shared) is not null)
                reader.Note($"{Shared} is set, but a sidecar does not tell users apart");
            reader.Remember(Shared, null, null);
            return null;
        }

        var within = new WorkspacePath(roots);
        return reader.Parsed<IReadOnlyList<string>>(
            Shared,
            [],
            $"absolute paths separated by colons, each of them one of {Roots} or a directory in one",
            text => text.Split(':', StringSplitOptions.RemoveEmptyEntries) is var shared
                && shared.All(one => within.Problem(Path.Join(one, "workspace")) is null)
                ? shared
                : null,
            shared => string.Join(':', shared));
    }
}
