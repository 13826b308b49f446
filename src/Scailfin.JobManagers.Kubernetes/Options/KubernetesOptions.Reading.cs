using System.Text.Json;
using Scailfin.Core.JobManagers;
using Scailfin.JobManagers.Kubernetes.Api;
using YamlDotNet.Core;

namespace Scailfin.JobManagers.Kubernetes.Options;

/// <content>Their names in a file of backends.</content>
public sealed partial record KubernetesOptions
{
    private static readonly string[] Statuses = ["finished", "failed"];

    /// <summary>Reads the options; every problem is reported to <paramref name="options"/>.</summary>
    /// <param name="options">What an operator wrote in the file of backends.</param>
    /// <param name="reana">Defaults of the options.</param>
    public static KubernetesOptions Read(BackendOptions options, KubernetesOptions reana)
    {
        options.Needs("context", "kubeconfig");
        options.Needs("gpu_resource", "gpus");
        KubernetesOptions read = Values(options, reana);
        if (read.Kubeconfig is { } file && ProblemOf(file, read.Context) is { } problem)
            options.Refuse("kubeconfig", $"a file whose credentials can be used: {problem}");
        return read;
    }

    /// <summary>Finds a permanent problem of a kubeconfig. A file that cannot be read now may be readable later.</summary>
    private static string? ProblemOf(string file, string? context)
    {
        try
        {
            return KubeconfigUser.Read(file, context)?.Problem;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or YamlException)
        {
            return null;
        }
    }

    private static KubernetesOptions Values(BackendOptions options, KubernetesOptions reana) => reana with
    {
        Namespace = options.Text("namespace", reana.Namespace, IsLabel, "a name of lower-case letters, digits and hyphens, at most 63")!,
        Kubeconfig = options.Text("kubeconfig", reana.Kubeconfig, Path.IsPathFullyQualified, "an absolute path"),
        Context = options.Text("context", reana.Context, _ => true, ""),
        Defaults = Resources(options, "", reana.Defaults),
        Maxima = Resources(options, "max_", reana.Maxima),
        MinimumUid = options.Integer("min_uid", reana.MinimumUid, minimum: 0),
        DefaultUid = options.Integer("uid", reana.DefaultUid, minimum: 0),
        DefaultGid = options.Integer("gid", reana.DefaultGid, minimum: 0),
        Placement = ReadPlacement(options, reana.Placement),
        Authentication =
            reana.Authentication with { NativeSidecars = options.Flag("native_sidecars", reana.Authentication.NativeSidecars) },
        Patience = ReadPatience(options, reana.Patience),
        KeepAliveStatuses = options.Choices("keep_alive", reana.KeepAliveStatuses, Statuses),
        RemovesLeftovers = options.Flag("remove_leftovers", reana.RemovesLeftovers),
        InFlight = options.Integer("in_flight", reana.InFlight, minimum: 1, maximum: 100_000),
        RestartLimit = options.Integer("max_restart_count", reana.RestartLimit, minimum: 0, maximum: 100),
        Requests = options.Integer("requests", reana.Requests, minimum: 1, maximum: 1000),
        LogLimit = options.Integer("log_limit_mb", reana.LogLimit, minimum: 1, maximum: 1024),
    };

    private static KubernetesPlacement ReadPlacement(BackendOptions options, KubernetesPlacement reana) => reana with
    {
        PriorityClass = options.Text("priority_class", reana.PriorityClass, IsLabel, "the name of a PriorityClass"),
        Gpus = options.Integer("gpus", reana.Gpus, minimum: 0, maximum: 64),
        GpuResource = options.Text(
            "gpu_resource", reana.GpuResource, text => text.Length > 0, "the name of a resource, such as nvidia.com/gpu")!,
        Tolerations = Json(options, "tolerations", reana.Tolerations, JsonValueKind.Array, "a JSON list, as in a pod's spec.tolerations"),
        Affinity = Json(options, "affinity", reana.Affinity, JsonValueKind.Object, "a JSON object, as in a pod's spec.affinity"),
        TimeToLive = options.Integer("ttl_seconds_after_finished", reana.TimeToLive ?? -1, minimum: 600) is >= 0 and int seconds
            ? seconds
            : null,
    };

    private static KubernetesPatience ReadPatience(BackendOptions options, KubernetesPatience reana) => reana with
    {
        ImagePull = options.Seconds("image_pull_wait_s", reana.ImagePull, minimum: 0),
        NoPod = options.Seconds("no_pod_wait_s", reana.NoPod, minimum: 10),
        Unschedulable = options.Seconds("unschedulable_wait_s", reana.Unschedulable, minimum: 10),
        Preparation = options.Seconds("preparation_wait_s", reana.Preparation, minimum: 10),
        Relist = options.Seconds("relist_s", reana.Relist, minimum: 5),
    };

    private static KubernetesResources Resources(BackendOptions options, string prefix, KubernetesResources otherwise) => new()
    {
        CpuRequest = Cpu(options, $"{prefix}cpu_request", otherwise.CpuRequest),
        CpuLimit = Cpu(options, $"{prefix}cpu_limit", otherwise.CpuLimit),
        MemoryRequest = Memory(options, $"{prefix}memory_request", otherwise.MemoryRequest),
        MemoryLimit = Memory(options, $"{prefix}memory_limit", otherwise.MemoryLimit),
    };

    private static string? Cpu(BackendOptions options, string name, string? otherwise) =>
        options.Text(name, otherwise, KubernetesQuantities.IsCpu, "a number of cores such as 0.5, or of millicores such as 500m");

    private static string? Memory(BackendOptions options, string name, string? otherwise) =>
        options.Text(name, otherwise, KubernetesQuantities.IsMemory, "a number of bytes, or a quantity such as 4Gi");

    private static JsonElement? Json(BackendOptions options, string name, JsonElement? otherwise, JsonValueKind kind, string rule) =>
        options.Text(name, null, text => ParseJson(text)?.ValueKind == kind, rule) is { } text ? ParseJson(text) : otherwise;

    private static JsonElement? ParseJson(string text)
    {
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsLabel(string text) =>
        text.Length is > 0 and <= 63 && text.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');
}
