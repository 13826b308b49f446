using System.Text;

namespace Scailfin.Testing.Kubernetes.Objects;

/// <summary>A kind of object that the server keeps.</summary>
public sealed class ResourceType
{
    public static readonly ResourceType Jobs = new("batch", "v1", "jobs", "Job");
    public static readonly ResourceType Pods = new("", "v1", "pods", "Pod");
    public static readonly ResourceType Secrets = new("", "v1", "secrets", "Secret");
    public static readonly ResourceType ConfigMaps = new("", "v1", "configmaps", "ConfigMap");
    public static readonly ResourceType PersistentVolumeClaims = new("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim");
    public static readonly ResourceType Events = new("", "v1", "events", "Event");
    public static readonly ResourceType Leases = new("coordination.k8s.io", "v1", "leases", "Lease");

    public static readonly IReadOnlyList<ResourceType> All = [Jobs, Pods, Secrets, ConfigMaps, PersistentVolumeClaims, Events, Leases];

    private ResourceType(string group, string version, string plural, string kind)
    {
        (Group, Version, Plural, Kind) = (group, version, plural, kind);
        Prefix = Encoding.UTF8.GetBytes($"{{\"kind\":\"{kind}\",\"apiVersion\":\"{ApiVersion}\",");
    }

    /// <summary>Empty for the core group.</summary>
    public string Group { get; }

    public string Version { get; }

    /// <summary>The name in paths and in messages, e.g. <c>jobs</c>.</summary>
    public string Plural { get; }

    public string Kind { get; }

    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>As messages name it: <c>jobs.batch</c>, <c>pods</c>.</summary>
    public string QualifiedName => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    public string ListKind => Kind + "List";

    /// <summary>The bytes that come before the content of an object: its kind and version.</summary>
    internal byte[] Prefix { get; }

    public override string ToString() => QualifiedName;
}
