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
        ["the bundled PostgreSQL"] = ["--set", Bundled],
        ["the bundled PostgreSQL, every choice"] =
        [
            "--set", Bundled + ",database.bundled.passwordKey=pw,database.bundled.image.tag=17.5,imagePullSecrets[0].name=regcred",
            "--set", "nodeSelector.disk=ssd,tolerations[0].key=a,tolerations[0].operator=Exists,priorityClassName=high",
            "--set", "networkPolicy.egressPorts={443}",
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
            "--set-file", $"sites.mine\\.yaml={RepositoryFile.Path("docs/sites/generic-slurm.yaml")}",
            "--set", "extraEnv[0].name=A,extraEnv[0].value=b,env.OTEL_SERVICE_NAME=scailfin",
            "--set", "networkPolicy.extraEgress[0].ports[0].port=22",
        ],
        ["every place of a pod"] =
        [
            "--set", "nodeSelector.disk=ssd,tolerations[0].key=a,tolerations[0].operator=Exists,priorityClassName=high",
            "--set", "imagePullSecrets[0].name=regcred,podLabels.team=a,podAnnotations.note=b",
            "--set", "service.type=NodePort,service.annotations.c=d",
        ],
        [FirstInstallOnly] =
        [
            "--set", "fullnameOverride=controller,data.storageClass=fast,workspaces.storageClass=nfs",
            "--set", "workspaces.accessModes={ReadWriteMany}," + Bundled,
            "--set", "database.bundled.storageClass=fast,database.bundled.size=5Gi",
        ],
    };

    /// <summary>The combination of values that no upgrade may change; values.yaml says so at each.</summary>
    public const string FirstInstallOnly = "what is set at the first install only";

    /// <summary>The bundled database, with a Secret.</summary>
    public const string Bundled = "database.bundled.enabled=true,database.bundled.passwordSecret=pw";

    /// <summary>The folder of the chart.</summary>
    public static string Chart => RepositoryFile.Path("helm/scailfin");

    /// <summary>The documents that helm renders for Kubernetes 1.36.</summary>
    public static async Task<IReadOnlyList<JsonObject>> RenderAsync(params string[] values) =>
        Yaml.Read(await RenderTextAsync(Chart, values));

    /// <summary>What helm prints for a release <c>site</c> of a chart.</summary>
    public static async Task<string> RenderTextAsync(string chart, params string[] values) => (await RunAsync(
        ["template", "site", chart, "--namespace", "scailfin", "--kube-version", "1.36.0", .. values])).OutputOfSuccess();

    /// <summary>What helm would print after an installation, which it does with a cluster only.</summary>
    public static async Task<string> NotesAsync(params string[] values)
    {
        using ChartCopy chart = await ChartCopy.MakeAsync();
        string notes = await File.ReadAllTextAsync(Path.Combine(chart.Folder, "templates", "NOTES.txt"));
        await chart.ChangeAsync("templates/_notes.tpl", _ => "{{ define \"notes\" }}" + notes + "{{ end }}");
        await chart.ChangeAsync(
            "templates/notes.yaml",
            _ => "kind: Notes\nmetadata: {name: notes}\ntext: |\n  Notes\n{{ include \"notes\" . | indent 2 }}\n");
        return (string)Yaml.Read(await RenderTextAsync(chart.Folder, values)).Single(one => (string?)one["kind"] == "Notes")["text"]!;
    }

    /// <summary>Renders values that the chart refuses, and returns why.</summary>
    public static async Task<string> RefusalAsync(params string[] values)
    {
        CommandResult result = await RunAsync(["template", "site", Chart, "--kube-version", "1.36.0", .. values]);
        Assert.NotEqual(0, result.ExitCode);
        return result.Error;
    }

    public static Task<CommandResult> LintAsync(params string[] values) => RunAsync(["lint", "--strict", Chart, .. values]);

    private static Task<CommandResult> RunAsync(IReadOnlyList<string> arguments) =>
        BoundedProcess.RunAsync([PublishedProgram.Helm, .. arguments], "", TimeSpan.FromMinutes(2));
}
