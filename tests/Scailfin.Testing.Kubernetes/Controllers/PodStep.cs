namespace Scailfin.Testing.Kubernetes.Controllers;

internal sealed record PodStep(Func<ClusterPace, TimeSpan> After, Action<PodActor> Action);
