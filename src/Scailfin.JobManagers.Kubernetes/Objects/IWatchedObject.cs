namespace Scailfin.JobManagers.Kubernetes.Objects;

/// <summary>An object that is listed and watched.</summary>
internal interface IWatchedObject
{
    ObjectMetadata Metadata { get; }
}
