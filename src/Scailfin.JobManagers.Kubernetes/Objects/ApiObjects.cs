using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Scailfin.JobManagers.Kubernetes.Objects;

/// <summary>One page of a list.</summary>
internal sealed record ObjectList<T>
{
    public ListMetadata Metadata { get; init; } = new();

    public IReadOnlyList<T> Items { get; init; } = [];
}

/// <summary>One page of a list of objects that are watched.</summary>
internal sealed record WatchedList<T>
    where T : class, IWatchedObject
{
    public ListMetadata Metadata { get; init; } = new();

    public IReadOnlyList<Readable<T>>? Items { get; init; }
}

internal sealed record ListMetadata
{
    public string ResourceVersion { get; init; } = "";

    public string? Continue { get; init; }
}

/// <summary>One line of a watch.</summary>
internal sealed record WatchEvent<T>
    where T : class, IWatchedObject
{
    public string Type { get; init; } = "";

    public Readable<T> Object { get; init; }
}

/// <summary>The last line of a watch that ends with an error.</summary>
internal sealed record WatchError
{
    public StatusObject? Object { get; init; }
}

/// <summary>The Status object, which Kubernetes returns instead of another object: a refusal, or the success of an action.</summary>
internal sealed record StatusObject
{
    public string? Status { get; init; }

    public string? Message { get; init; }

    public string? Reason { get; init; }

    public int? Code { get; init; }

    [JsonIgnore]
    public RefusalClass Class => RefusalClasses.Of(Code ?? 0, Reason ?? "", Message ?? "");
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

/// <summary>Source of a variable's value; only a Secret's key is read from it.</summary>
internal sealed record OwnVariableSource
{
    public OwnSecretKey? SecretKeyRef { get; init; }
}

internal sealed record OwnSecretKey
{
    public string? Name { get; init; }

    public string? Key { get; init; }
}

[JsonSerializable(typeof(JsonObject))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, MaxDepth = MaximumDepth)]
[JsonSerializable(typeof(JobObject))]
[JsonSerializable(typeof(PodObject))]
[JsonSerializable(typeof(WatchedList<PodObject>))]
[JsonSerializable(typeof(WatchedList<JobObject>))]
[JsonSerializable(typeof(ObjectList<EventObject>))]
[JsonSerializable(typeof(WatchEvent<PodObject>))]
[JsonSerializable(typeof(WatchEvent<JobObject>))]
[JsonSerializable(typeof(WatchError))]
[JsonSerializable(typeof(StatusObject))]
[JsonSerializable(typeof(SecretObject))]
[JsonSerializable(typeof(OwnPodObject))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class ObjectJson : JsonSerializerContext
{
    /// <summary>Custom fields may be nested as deep as their owners like.</summary>
    public const int MaximumDepth = 512;
}
