namespace Scailfin.Testing.Kubernetes.Objects;

/// <summary>A kind of object that the server keeps.</summary>
/// <remarks><c>Group</c>: Empty for the core group. <c>Plural</c>: The name in paths and in messages, e.g. <c>jobs</c>.</remarks>
public sealed record ResourceType(string Group, string Version, string Plural, string Kind)
{
    public static readonly ResourceType Jobs = new("batch", "v1", "jobs", "Job");
    public static readonly ResourceType Pods = new("", "v1", "pods", "Pod");
    public static readonly ResourceType Secrets = new("", "v1", "secrets", "Secret");
    public static readonly ResourceType ConfigMaps = new("", "v1", "configmaps", "ConfigMap");
    public static readonly ResourceType PersistentVolumeClaims = new("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim");
    public static readonly ResourceType Events = new("", "v1", "events", "Event");
    public static readonly ResourceType Leases = new("coordination.k8s.io", "v1", "leases", "Lease");

    public static readonly IReadOnlyList<ResourceType> All = [Jobs, Pods, Secrets, ConfigMaps, PersistentVolumeClaims, Events, Leases];

    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>As messages name it: <c>jobs.batch</c>, <c>pods</c>.</summary>
    public string QualifiedName => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    public string ListKind => Kind + "List";

    /// <summary>The bytes that come before the content of an object: its kind and version.</summary>
    internal byte[] Prefix => field ??= System.Text.Encoding.UTF8.GetBytes($"{{\"kind\":\"{Kind}\",\"apiVersion\":\"{ApiVersion}\",");
}
