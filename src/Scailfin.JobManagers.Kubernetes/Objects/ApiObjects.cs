using System.Text.Json.Serialization;

namespace Scailfin.JobManagers.Kubernetes.Objects;

/// <summary>One page of a list.</summary>
internal sealed record ObjectList<T>
{
    public ListMetadata Metadata { get; init; } = new();

    public IReadOnlyList<T> Items { get; init; } = [];
}

internal sealed record ListMetadata
{
    public string ResourceVersion { get; init; } = "";

    public string? Continue { get; init; }
}

/// <summary>One line of a watch.</summary>
internal sealed record WatchEvent<T>
{
    public string Type { get; init; } = "";

    public T? Object { get; init; }
}

/// <summary>What Kubernetes answers instead of an object: why it refuses, or that something was done.</summary>
internal sealed record StatusObject
{
    public string? Status { get; init; }

    public string? Message { get; init; }

    public string? Reason { get; init; }

    public int? Code { get; init; }

    public StatusDetails? Details { get; init; }
}

internal sealed record StatusDetails
{
    public int? RetryAfterSeconds { get; init; }
}

/// <summary>The names in a Secret; values are skipped while parsing.</summary>
internal sealed record SecretObject
{
    public ObjectMetadata Metadata { get; init; } = new();

    [JsonConverter(typeof(KeysOnlyConverter))]
    public IReadOnlyList<string>? Data { get; init; }
}

/// <summary>An event of an object.</summary>
internal sealed record EventObject
{
    public string? Type { get; init; }

    public string? Reason { get; init; }

    public string? Message { get; init; }
}

/// <summary>The service's own pod: its labels, and the variables of its containers.</summary>
internal sealed record OwnPodObject
{
    public ObjectMetadata? Metadata { get; init; }

    public OwnPodSpec? Spec { get; init; }
}

internal sealed record OwnPodSpec
{
    public IReadOnlyList<OwnContainer>? Containers { get; init; }
}

internal sealed record OwnContainer
{
    public string Name { get; init; } = "";

    public IReadOnlyList<OwnVariable>? Env { get; init; }
}

internal sealed record OwnVariable
{
    public string Name { get; init; } = "";

    public string? Value { get; init; }

    public OwnVariableSource? ValueFrom { get; init; }
}

/// <summary>Only that the value is from elsewhere, and whether that is a Secret, matters.</summary>
internal sealed record OwnVariableSource
{
    public OwnSecretKey? SecretKeyRef { get; init; }
}

internal sealed record OwnSecretKey
{
    public string? Name { get; init; }

    public string? Key { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ObjectList<PodObject>))]
[JsonSerializable(typeof(ObjectList<JobObject>))]
[JsonSerializable(typeof(ObjectList<EventObject>))]
[JsonSerializable(typeof(WatchEvent<PodObject>))]
[JsonSerializable(typeof(WatchEvent<JobObject>))]
[JsonSerializable(typeof(WatchEvent<StatusObject>))]
[JsonSerializable(typeof(StatusObject))]
[JsonSerializable(typeof(SecretObject))]
[JsonSerializable(typeof(OwnPodObject))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class ObjectJson : JsonSerializerContext;
