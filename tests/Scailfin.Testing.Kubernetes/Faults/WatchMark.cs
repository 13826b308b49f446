namespace Scailfin.Testing.Kubernetes.Faults;

/// <summary>What a line of a watch is.</summary>
internal enum WatchMark
{
    Event,
    Bookmark,
    Error,
}
