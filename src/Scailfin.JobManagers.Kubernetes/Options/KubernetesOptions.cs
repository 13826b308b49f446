namespace Scailfin.JobManagers.Kubernetes.Options;

/// <summary>Options of a backend of kind <c>kubernetes</c>. If no file defines the backend, REANA's settings are its options.</summary>
public sealed partial record KubernetesOptions
{
    /// <summary>The namespace of the jobs.</summary>
    public string Namespace { get; init; } = "default";

    /// <summary>A kubeconfig file with the cluster and the credentials; null for those of the pod that the service runs in.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>The context of <see cref="Kubeconfig"/>; null for its current one.</summary>
    public string? Context { get; init; }

    /// <summary>The first part of the names of REANA's objects.</summary>
    public string ComponentPrefix { get; init; } = "reana";

    /// <summary>The pattern of names, with <c>{prefix}</c>, <c>{component_type}</c> and <c>{id}</c>.</summary>
    public string NamingScheme { get; init; } = "{prefix}-{component_type}-{id}";

    /// <summary>The owner of the jobs, whose secrets they get; null for none.</summary>
    public string? UserId { get; init; }

    /// <summary>Whether one workflow only is watched (a sidecar's), or all of REANA's jobs in the namespace.</summary>
    public bool OneWorkflow { get; init; }

    /// <summary>The resources of a job that requests none; not compared with <see cref="Maxima"/> (contract C.7).</summary>
    public KubernetesResources Defaults { get; init; } = KubernetesResources.None;

    /// <summary>The most that a job may ask for.</summary>
    public KubernetesResources Maxima { get; init; } = KubernetesResources.None;

    /// <summary>The lowest user id that a job may ask for (contract C.8).</summary>
    public int MinimumUid { get; init; } = 100;

    /// <summary>The user id of jobs that ask for none; not compared with <see cref="MinimumUid"/>.</summary>
    public int DefaultUid { get; init; } = 1000;

    /// <summary>The group id of all jobs.</summary>
    public int DefaultGid { get; init; }

    /// <summary>The placement of pods: node selection, priority and the like.</summary>
    public KubernetesPlacement Placement { get; init; } = new();

    /// <summary>The volumes that pods mount.</summary>
    public KubernetesStorage Storage { get; init; } = new();

    /// <summary>The settings for fetching credentials.</summary>
    public KubernetesAuthentication Authentication { get; init; } = new();

    /// <summary>How long things may take.</summary>
    public KubernetesPatience Patience { get; init; } = new();

    /// <summary>Jobs that ended so are not deleted: any of <c>finished</c>, <c>failed</c>.</summary>
    public IReadOnlyList<string> KeepAliveStatuses { get; init; } = [];

    /// <summary>Whether the first job makes the service delete what dead sidecars left in the namespace.</summary>
    public bool RemovesLeftovers { get; init; }

    /// <summary>Maximum number of attempts in the cluster; the others wait in the service's store.</summary>
    public int InFlight { get; init; } = 10_000;

    /// <summary>Attempts beyond the first after a failure of the infrastructure before the step began.</summary>
    public int RestartLimit { get; init; }

    /// <summary>Requests to the API server at once, watches and followed logs apart.</summary>
    public int Requests { get; init; } = 64;

    /// <summary>Mebibytes of a log that are kept of its beginning; of its end, 1 is kept in any case.</summary>
    public int LogLimit { get; init; } = 8;
}
