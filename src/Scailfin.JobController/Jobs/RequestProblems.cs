using System.Text.Json;
using Scailfin.JobController.Json;

namespace Scailfin.JobController.Jobs;

/// <summary>
/// The problems of a request, by field, and by index if the field is a list; schema-level problems are under <c>_schema</c> (contract
/// A.3). The first hundred are named, each in some hundred characters, and the others counted.
/// </summary>
internal sealed class RequestProblems
{
    public const string Schema = "_schema";

    private const int Most = 100;
    private const int LongestField = 100;
    private const int LongestMessage = 600;

    private readonly SortedDictionary<string, List<string>> _fields = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SortedDictionary<int, string>> _members = new(StringComparer.Ordinal);

    private int _count;

    public bool Any => _count > 0;

    public void Add(string field, string message)
    {
        if (++_count > Most)
            return;
        field = Excerpt.Of(field, LongestField);
        if (!_fields.TryGetValue(field, out List<string>? messages))
            _fields[field] = messages = [];
        messages.Add(Excerpt.Of(message, LongestMessage));
    }

    public void AddMember(string field, int index, string message)
    {
        if (++_count > Most)
            return;
        if (!_members.TryGetValue(field, out SortedDictionary<int, string>? members))
            _members[field] = members = [];
        members[index] = Excerpt.Of(message, LongestMessage);
    }

    /// <summary>Writes the problems as one object; a field has either messages of its own or those of its members.</summary>
    public void Write(Utf8JsonWriter json)
    {
        string[] more = _count > Most ? [$"and {_count - Most} more problems"] : [];
        json.WriteStartObject();
        foreach (string field in _fields.Keys.Union(_members.Keys).Union(more.Select(_ => Schema)).Order(StringComparer.Ordinal))
        {
            json.WritePropertyName(field);
            if (field == Schema)
                Write(json, [.. _fields.GetValueOrDefault(Schema, []), .. more]);
            else if (_fields.TryGetValue(field, out List<string>? messages))
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
