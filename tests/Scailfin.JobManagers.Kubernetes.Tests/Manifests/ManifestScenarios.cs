using System.Text.Json;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Kubernetes.Manifests;
using Scailfin.JobManagers.Kubernetes.Options;
using Scailfin.Testing;

namespace Scailfin.JobManagers.Kubernetes.Tests.Manifests;

/// <summary>One for each feature, and one with all of them.</summary>
internal static class ManifestScenarios
{
    private const string User = "00000000-0000-0000-0000-000000000000";

    private static readonly UserSecrets Secrets = new(
        $"reana-secretsstore-{User}",
        ["CERN_USER", "CERN_KEYTAB", "VONAME", "VOMSPROXY_PASS", "RUCIO_USERNAME"],
        [".keytab", "userkey.pem", "usercert.pem"]);

    private static readonly KubernetesOptions Plain = new() { Namespace = "runtime", UserId = User };

    private static readonly JobSpec Step = Specs.Valid("echo hello", "kubernetes") with
    {
        DockerImage = "docker.io/library/busybash:1",
        WorkflowWorkspace = $"/var/reana/users/{User}/workflows/0b0a4b5e-5b2c-4e7f-9a0e-0d3c8d6a1f11",
        CvmfsMounts = "false",
        Environment =
        [
            new("REANA_WORKSPACE", $"/var/reana/users/{User}/workflows/0b0a4b5e-5b2c-4e7f-9a0e-0d3c8d6a1f11"),
            new("REANA_WORKFLOW_UUID", "0b0a4b5e-5b2c-4e7f-9a0e-0d3c8d6a1f11"),
            new("DASK_SCHEDULER_URI", "tcp://127.0.0.1:8080"),
        ],
    };

    public static IReadOnlyDictionary<string, ManifestScenario> All { get; } = new Dictionary<string, ManifestScenario>
    {
        ["plain"] = new(Step, Plain, new UserSecrets(Secrets.Name, [], [])),
        ["no-owner"] = new(Step, Plain with { UserId = null }, null),
        ["dollars"] = new(
            Step with
            {
                Command = "echo $$ $(HOSTNAME) \"$HOME\" '$'\"\n\" é",
                Environment = [new("PRICE", "$(CERN_USER) $$5"), .. Step.Environment],
            },
            Plain,
            new UserSecrets(Secrets.Name, [], [])),
        ["secrets"] = new(Step, Plain, Secrets),
        ["resources"] = new(
            With(new BackendFields
            {
                { "kubernetes_memory_limit", "1.5Gi" }, { "kubernetes_cpu_request", "500m" }, { "kubernetes_uid", 1234 },
            }),
            Plain with
            {
                Defaults = new KubernetesResources { MemoryLimit = "4Gi", MemoryRequest = "64Mi", CpuLimit = "2" },
                DefaultGid = 5,
            },
            Secrets),
        ["claim"] = new(Step, Plain with { Storage = Plain.Storage with { SharedClaim = "reana-shared-persistent-volume" } }, Secrets),
        ["other-workspace"] = new(
            Step with { WorkflowWorkspace = "/workspaces/lab/one" },
            Plain with { Storage = Plain.Storage with { WorkspacePaths = [new("/mnt/lab", "/workspaces/lab")] } },
            Secrets),
        ["not-shared"] = new(Step with { WorkflowWorkspace = "/workspaces/one", SharedFileSystem = false }, Plain, Secrets),
        ["host-paths-and-eos"] = new(
            Step,
            Plain with
            {
                Storage = Plain.Storage with
                {
                    HostPaths = [new("data", "/data", "/data"), new("scratch", "/mnt/scratch", "/scratch")],
                    HasEos = true,
                },
            },
            Secrets),
        ["cvmfs"] = new(Step with { CvmfsMounts = "['atlas.cern.ch', 'sft.cern.ch']" }, Plain, Secrets),
        ["kerberos"] = new(With(new BackendFields { { "kerberos", true } }), Plain, Secrets),
        ["kerberos-native-sidecar"] = new(
            With(new BackendFields { { "kerberos", true } }),
            Plain with { Authentication = Plain.Authentication with { NativeSidecars = true } },
            Secrets),
        ["voms-proxy"] = new(With(new BackendFields { { "voms_proxy", true } }), Plain, Secrets),
        ["rucio"] = new(With(new BackendFields { { "rucio", true } }), Plain, Secrets),
        ["rucio-hosts-of-the-operator"] = new(
            With(new BackendFields { { "rucio", true } }),
            Plain with
            {
                Authentication = Plain.Authentication with
                {
                    Variables = [new("VONAME", "atlas"), new("RUCIO_RUCIO_HOST", "https://rucio.$lab")],
                },
            },
            Secrets),
        ["kueue"] = new(Step, Plain with { Placement = new KubernetesPlacement { UsesKueue = true } }, Secrets),
        ["node-label-and-pull-secrets"] = new(
            Step,
            Plain with
            {
                Placement = new KubernetesPlacement
                {
                    NodeLabel = new("reana.io/system", "runtimejobs"),
                    PullSecrets = ["registry", "", "other"],
                },
            },
            Secrets),
        ["operators-extras"] = new(Step, Plain with { Placement = Extras }, Secrets),
        ["all"] = new(
            With(new BackendFields
            {
                { "kerberos", true }, { "voms_proxy", true }, { "rucio", true }, { "kubernetes_memory_limit", "2Gi" },
            }) with
            {
                CvmfsMounts = "['atlas.cern.ch']",
            },
            Plain with
            {
                Placement = Extras with { UsesKueue = true, NodeLabel = new("reana.io/system", "runtimejobs"), PullSecrets = ["registry"] },
                Storage = Plain.Storage with
                {
                    SharedClaim = "reana-shared-persistent-volume",
                    HostPaths = [new("data", "/data", "/data")],
                    HasEos = true,
                },
                Defaults = new KubernetesResources { CpuRequest = "1", CpuLimit = "2", MemoryRequest = "1Gi", MemoryLimit = "4Gi" },
            },
            Secrets),
    };

    private static KubernetesPlacement Extras => new()
    {
        PriorityClass = "batch",
        Gpus = 2,
        Tolerations = JsonElement.Parse("""[{"key":"gpu","operator":"Exists","effect":"NoSchedule"}]"""),
        Affinity = JsonElement.Parse("""{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[]}}}"""),
        TimeToLive = 3600,
    };

    private static JobSpec With(BackendFields fields) => Step with { BackendFields = fields };
}
