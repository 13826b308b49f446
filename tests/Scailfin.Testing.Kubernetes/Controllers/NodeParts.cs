using Scailfin.Testing.Kubernetes.Http;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Controllers;

/// <summary>What the controllers share.</summary>
internal sealed record NodeParts(
    ObjectStore Store,
    ControllerLoop Loop,
    ContainerLogs Logs,
    EventRecorder Events,
    ObjectDeletion Deletion,
    ClusterPace Pace,
    TimeProvider Time);
