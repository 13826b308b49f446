namespace Scailfin.JobManagers.Kubernetes.Manifests;

internal sealed record ContainerManifest(string Name, string Image)
{
    public string? ImagePullPolicy { get; init; }

    public required IReadOnlyList<string> Command { get; init; }

    public IReadOnlyList<string>? Args { get; init; }

    public IReadOnlyList<EnvironmentEntry>? Env { get; init; }

    public ContainerSecurity? SecurityContext { get; init; }

    public ContainerResources? Resources { get; init; }

    public IReadOnlyList<MountManifest>? VolumeMounts { get; init; }

    public ContainerLifecycle? Lifecycle { get; init; }

    public string? TerminationMessagePolicy { get; init; }

    /// <summary><c>Always</c> makes an init container a sidecar.</summary>
    public string? RestartPolicy { get; init; }
}

internal sealed record ContainerSecurity
{
    public long? RunAsUser { get; init; }

    public long? RunAsGroup { get; init; }

    public bool? RunAsNonRoot { get; init; }

    public bool? AllowPrivilegeEscalation { get; init; }

    public DroppedCapabilities? Capabilities { get; init; }

    public SeccompProfile? SeccompProfile { get; init; }
}

internal sealed record DroppedCapabilities(IReadOnlyList<string> Drop);

internal sealed record SeccompProfile(string Type);

internal sealed record ContainerResources
{
    public IReadOnlyDictionary<string, string>? Requests { get; init; }

    public IReadOnlyDictionary<string, string>? Limits { get; init; }
}

internal sealed record ContainerLifecycle(LifecycleHandler PreStop);

internal sealed record LifecycleHandler(ExecAction Exec);

internal sealed record ExecAction(IReadOnlyList<string> Command);

/// <summary>A variable with a value, or with a reference to its value.</summary>
internal sealed record EnvironmentEntry(string Name)
{
    public string? Value { get; init; }

    public EnvironmentSource? ValueFrom { get; init; }

    /// <summary>A key of a Secret: its value is never seen here.</summary>
    public static EnvironmentEntry OfSecret(string secret, string key) =>
        new(key) { ValueFrom = new EnvironmentSource(new SecretKey(secret, key)) };
}

internal sealed record EnvironmentSource(SecretKey SecretKeyRef);

internal sealed record SecretKey(string Name, string Key);
