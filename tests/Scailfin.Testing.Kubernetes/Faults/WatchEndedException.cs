namespace Scailfin.Testing.Kubernetes.Faults;

/// <summary>The stream ends here, cleanly.</summary>
internal sealed class WatchEndedException : Exception;
