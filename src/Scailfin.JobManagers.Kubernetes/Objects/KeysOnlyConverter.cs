using System.Text.Json;
using System.Text.Json.Serialization;

namespace Scailfin.JobManagers.Kubernetes.Objects;

/// <summary>Reads the names of an object's members and none of their values: what is not read cannot be shown.</summary>
internal sealed class KeysOnlyConverter : JsonConverter<IReadOnlyList<string>>
{
    public override IReadOnlyList<string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var keys = new List<string>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            keys.Add(reader.GetString()!);
            reader.Read();
            reader.Skip();
        }

        return keys;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<string> value, JsonSerializerOptions options) =>
        throw new NotSupportedException();
}
