using System.Text.Json;

namespace Scailfin.JobController.Jobs;

/// <summary>
/// The problems of a request, by field, and by index if the field is a list; schema-level problems are under <c>_schema</c> (contract
/// A.3).
/// </summary>
internal sealed class RequestProblems
{
    public const string Schema = "_schema";

    private readonly SortedDictionary<string, List<string>> _fields = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SortedDictionary<int, string>> _members = new(StringComparer.Ordinal);

    public bool Any => _fields.Count + _members.Count > 0;

    public void Add(string field, string message)
    {
        if (!_fields.TryGetValue(field, out List<string>? messages))
            _fields[field] = messages = [];
        messages.Add(message);
    }

    public void AddMember(string field, int index, string message)
    {
        if (!_members.TryGetValue(field, out SortedDictionary<int, string>? members))
            _members[field] = members = [];
        members[index] = message;
    }

    /// <summary>Writes the problems as one object; a field has either messages of its own or those of its members.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (string field in _fields.Keys.Union(_members.Keys).Order(StringComparer.Ordinal))
        {
            json.WritePropertyName(field);
            if (_fields.TryGetValue(field, out List<string>? messages))
                Write(json, messages);
            else
                Write(json, _members[field]);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, List<string> messages)
    {
        json.WriteStartArray();
        foreach (string message in messages)
            json.WriteStringValue(message);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, SortedDictionary<int, string> members)
    {
        json.WriteStartObject();
        foreach ((int index, string message) in members)
        {
            json.WritePropertyName(index.ToString());
            Write(json, [message]);
        }

        json.WriteEndObject();
    }
}
