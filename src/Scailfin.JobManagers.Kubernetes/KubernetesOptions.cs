using Scailfin.Core.JobManagers;

namespace Scailfin.JobManagers.Kubernetes;

/// <summary>Options of a backend of kind <c>kubernetes</c>. Where no file defines the backend, REANA's settings are its options.</summary>
public sealed record KubernetesOptions
{
    /// <summary>What a job gets that asks for nothing; not compared with <see cref="Maxima"/> (contract C.7).</summary>
    public KubernetesResources Defaults { get; init; } = KubernetesResources.None;

    /// <summary>The most that a job may ask for.</summary>
    public KubernetesResources Maxima { get; init; } = KubernetesResources.None;

    /// <summary>The lowest user id that a job may ask for (contract C.8).</summary>
    public int MinimumUid { get; init; } = 100;

    /// <summary>The user id of jobs that ask for none; not compared with <see cref="MinimumUid"/>.</summary>
    public int DefaultUid { get; init; } = 1000;

    /// <summary>The group id of all jobs.</summary>
    public int DefaultGid { get; init; }

    /// <summary>Reads them, with every problem left in <paramref name="options"/>.</summary>
    /// <param name="options">What an operator wrote in the file of backends.</param>
    /// <param name="reana">What an option that is not written means.</param>
    public static KubernetesOptions Read(BackendOptions options, KubernetesOptions reana) => new()
    {
        Defaults = Resources(options, "", reana.Defaults),
        Maxima = Resources(options, "max_", reana.Maxima),
        MinimumUid = options.Integer("min_uid", reana.MinimumUid, minimum: 0),
        DefaultUid = options.Integer("uid", reana.DefaultUid, minimum: 0),
        DefaultGid = options.Integer("gid", reana.DefaultGid, minimum: 0),
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
}
