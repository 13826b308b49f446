using System.Text.Json.Nodes;
using Scailfin.Testing.Containers;

namespace Scailfin.EndToEnd.Tests.Chart;

/// <summary>The program helm, with the chart of this repository.</summary>
internal static class Helm
{
    /// <summary>Combinations of values with which the chart is tested; the names say what is special.</summary>
    public static IReadOnlyDictionary<string, string[]> Combinations { get; } = new Dictionary<string, string[]>
    {
        ["as it comes"] = [],
        ["PostgreSQL, existing claims, jobs elsewhere"] =
        [
            "--set", "database.existingSecret=db,data.existingClaim=d,workspaces.existingClaim=w,jobs.namespace=runtime",
        ],
        ["metrics by token, alerts"] =
        [
            "--set", "metrics.serviceMonitor.enabled=true,metrics.serviceMonitor.tokenSecret=ops,metrics.prometheusRule.enabled=true",
        ],
        ["metrics without token, no policy, no rights, no account"] =
        [
            "--set", "metrics.public=true,metrics.serviceMonitor.enabled=true,networkPolicy.enabled=false,rbac.create=false",
            "--set", "serviceAccount.create=false,serviceAccount.name=other",
        ],
        ["an HPC site with its secret"] =
        [
            "--set", "image.tag=0.1.0-hpc,secretMounts[0].secretName=key,secretMounts[0].mountPath=/etc/ssh-key",
            "--set", "backends.slurm.kind=slurm,backends.slurm.site=/etc/scailfin/sites/mine.yaml",
            "--set-file", $"sites.mine\\.yaml={In("docs/sites/generic-slurm.yaml")}",
            "--set", "extraEnv[0].name=A,extraEnv[0].value=b,env.OTEL_SERVICE_NAME=scailfin",
            "--set", "networkPolicy.extraEgress[0].ports[0].port=22",
        ],
        ["every place of a pod"] =
        [
            "--set", "nodeSelector.disk=ssd,tolerations[0].key=a,tolerations[0].operator=Exists,priorityClassName=high",
            "--set", "imagePullSecrets[0].name=regcred,podLabels.team=a,podAnnotations.note=b",
            "--set", "service.type=NodePort,service.annotations.c=d",
            "--set", "fullnameOverride=controller,data.storageClass=fast",
            "--set", "workspaces.storageClass=nfs,workspaces.accessModes={ReadWriteMany}",
        ],
    };

    private static string Chart => In("helm/scailfin");

    /// <summary>The documents that helm renders for Kubernetes 1.36.</summary>
    public static async Task<IReadOnlyList<JsonObject>> RenderAsync(params string[] values)
    {
        string[] fixedPart = ["template", "site", Chart, "--namespace", "scailfin", "--kube-version", "1.36.0"];
        return Yaml.Read((await RunAsync([.. fixedPart, .. values])).OutputOfSuccess());
    }

    /// <summary>Renders values that the chart refuses, and returns why.</summary>
    public static async Task<string> RefusalAsync(params string[] values)
    {
        CommandResult result = await RunAsync(["template", "site", Chart, "--kube-version", "1.36.0", .. values]);
        Assert.NotEqual(0, result.ExitCode);
        return result.Error;
    }

    public static Task<CommandResult> LintAsync(params string[] values) => RunAsync(["lint", "--strict", Chart, .. values]);

    /// <summary>A file of this repository.</summary>
    public static string In(string path)
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Scailfin.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not run in the repository.");
        return Path.Combine(folder, path);
    }

    private static Task<CommandResult> RunAsync(IReadOnlyList<string> arguments) =>
        BoundedProcess.RunAsync([PublishedProgram.Helm, .. arguments], "", TimeSpan.FromMinutes(2));
}
