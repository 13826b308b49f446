namespace Scailfin.JobManagers.Kubernetes.Objects;

/// <summary>An object that is listed and watched.</summary>
internal interface IWatchedObject
{
    ObjectMetadata Metadata { get; }

    /// <summary>The problem with a value that cannot be used, as a sentence without its full stop; null if there is none.</summary>
    string? Flaw { get; }
}
