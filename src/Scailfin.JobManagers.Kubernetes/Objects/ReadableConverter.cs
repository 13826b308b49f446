using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Scailfin.JobManagers.Kubernetes.Objects;

/// <summary>The converters of the kinds that are watched.</summary>
internal sealed class ReadableConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert == typeof(Readable<JobObject>) || typeToConvert == typeof(Readable<PodObject>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        typeToConvert == typeof(Readable<JobObject>) ? new ReadableConverter<JobObject>() : new ReadableConverter<PodObject>();
}

/// <summary>
/// Reads an object. If a field has the wrong type or a value that cannot be used, only the object's identity is read.
/// </summary>
internal sealed class ReadableConverter<T> : JsonConverter<Readable<T>>
    where T : class, IWatchedObject
{
    private const int LongestShown = 80;

    /// <summary>A null in the place of an object is an object that cannot be read.</summary>
    public override bool HandleNull => true;

    public override Readable<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        Utf8JsonReader start = reader;
        string? field = null;
        string? flaw;
        try
        {
            T? value = JsonSerializer.Deserialize(ref reader, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)));
            flaw = value is null ? "it is null" : value.Flaw;
            if (flaw is null)
                return new Readable<T>(value, null);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            field = (exception as JsonException)?.Path;
            flaw = "it is not an object of Kubernetes";
        }

        reader = start;
        using JsonDocument document = JsonDocument.ParseValue(ref reader);
        return new Readable<T>(null, Identity(document.RootElement, field is null ? flaw : Shown(document.RootElement, field)));
    }

    public override void Write(Utf8JsonWriter writer, Readable<T> value, JsonSerializerOptions options) =>
        throw new NotSupportedException();

    private static UnreadableObject Identity(JsonElement root, string why)
    {
        JsonElement metadata = Member(root, "metadata");
        JsonElement owners = Member(metadata, "ownerReferences");
        string? owner = owners.ValueKind == JsonValueKind.Array
            ? owners.EnumerateArray().Where(one => Text(one, "kind") == "Job").Select(one => Text(one, "name")).FirstOrDefault()
            : null;
        string label = Text(Member(metadata, "labels"), "job-name");
        return new UnreadableObject(
            Text(metadata, "name"), Text(metadata, "uid"), Text(metadata, "resourceVersion"), label.Length > 0 ? label : owner, why);
    }

    private static JsonElement Member(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement member) ? member : default;

    private static string Text(JsonElement parent, string name)
    {
        JsonElement member = Member(parent, name);
        try
        {
            return member.ValueKind switch
            {
                JsonValueKind.String => member.GetString()!,
                JsonValueKind.Number => member.GetRawText(),
                _ => "",
            };
        }
        catch (InvalidOperationException)
        {
            // The bytes of the value are not UTF-8.
            return "";
        }
    }

    /// <summary>A field by its path, such as <c>$.metadata.creationTimestamp</c>, with its value.</summary>
    private static string Shown(JsonElement root, string path)
    {
        string name = path.TrimStart('$', '.');
        JsonElement value = root;
        foreach (string part in name.Split('.', '[', ']').Where(part => part.Length > 0))
        {
            value = value.ValueKind == JsonValueKind.Array && int.TryParse(part, out int index) && index < value.GetArrayLength()
                ? value[index]
                : Member(value, part);
        }

        string text = value.ValueKind == JsonValueKind.Undefined ? "" : value.GetRawText();
        string shown = text.Length > LongestShown ? text[..LongestShown] + "..." : text;
        return name.Length > 0 ? $"its field '{name}' is {shown}" : $"it is {shown}";
    }
}
