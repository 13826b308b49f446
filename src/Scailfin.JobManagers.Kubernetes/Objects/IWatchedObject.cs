namespace Scailfin.JobManagers.Kubernetes.Objects;

/// <summary>An object that is listed and watched.</summary>
internal interface IWatchedObject
{
    ObjectMetadata Metadata { get; }

    /// <summary>A value that nothing here can work with, in a sentence without its full stop; null where there is none.</summary>
    string? Flaw { get; }
}
