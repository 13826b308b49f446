using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Controllers;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.JobManagers.Kubernetes.Tests;

/// <summary>What a real cluster would make of the pods of <see cref="ClusterTests"/>, as it was recorded.</summary>
internal static class RealClusterLives
{
    public static PodLife WithoutQuota { get; } = PodLife.Refused();

    public static PodLife Of(StoredObject pod)
    {
        JsonNode container = pod.Spec!["containers"]![0]!;
        string image = (string)container["image"]!;
        string command = ((string)container["args"]![0]!).Replace("$$", "$", StringComparison.Ordinal);
        return (image, command) switch
        {
            _ when pod.Spec["nodeSelector"] is not null => PodLife.Unschedulable(),
            _ when (long?)pod.Spec["securityContext"]?["runAsUser"] == 0 =>
                PodLife.WaitsWith(
                    "CreateContainerConfigError", "container's runAsUser breaks non-root policy (pod: \"x\", container: job)"),
            (_, _) when container["env"] is JsonArray variables && variables.Any(variable => (string?)variable!["name"] == "PATH") =>
                PodLife.CannotStart(),
            ({ } name, _) when name.Contains("UPPER", StringComparison.Ordinal) =>
                PodLife.WaitsWith(
                    "InvalidImageName",
                    "Failed to apply default image tag: couldn't parse image name: "
                        + "invalid reference format: repository name must be lowercase"),
            ({ } name, _) when name.Contains(".invalid", StringComparison.Ordinal) => PodLife.CannotPull(),
            (_, ClusterTests.Signal) => PodLife.Fails(139),
            (_, ClusterTests.Greedy) => PodLife.OutOfMemory(),
            _ => ShellLife.Of(pod).OnSignal(143),
        };
    }
}
