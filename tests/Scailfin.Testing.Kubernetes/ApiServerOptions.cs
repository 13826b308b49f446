using Scailfin.Testing.Kubernetes.Controllers;

namespace Scailfin.Testing.Kubernetes;

/// <summary>What a test may choose.</summary>
public sealed record ApiServerOptions
{
    /// <summary>Drives everything that takes time: pod lives, watch ends, bookmarks, deadlines, delays of faults.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Namespaces that exist.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = ["default"];

    /// <summary>The life of a pod when the test says nothing else.</summary>
    public PodLife Life { get; init; } = PodLife.Succeeds();

    /// <summary>How long the steps between take that no test is about.</summary>
    public ClusterPace Pace { get; init; } = ClusterPace.Immediate;

    /// <summary>With a certificate made for the occasion: see <see cref="KubernetesApiServer.CertificateAuthority"/>.</summary>
    public bool Https { get; init; }

    /// <summary>How long a watch lasts that does not say so itself.</summary>
    public TimeSpan WatchLength { get; init; } = TimeSpan.FromMinutes(45);

    /// <summary>The controllers' Event objects. A benchmark may do without.</summary>
    public bool RecordsEvents { get; init; } = true;

    /// <summary>False: only the API, no pods.</summary>
    public bool RunsControllers { get; init; } = true;

    /// <summary>How many changes of each type a watch can go back.</summary>
    public int RememberedChanges { get; init; } = 100_000;

    /// <summary>The resource version at the start.</summary>
    public long FirstVersion { get; init; } = 1000;
}
