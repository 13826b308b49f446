using System.Text.Json.Nodes;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.Testing.Kubernetes.Recordings;

/// <summary>Reads a scenario's lines and expands their <c>same</c>.</summary>
internal sealed class RecordedLines
{
    private readonly Dictionary<(string Uid, string Path), JsonNode> _last = [];

    public static IReadOnlyList<RecordedLine> Read(IEnumerable<string> lines)
    {
        var reader = new RecordedLines();
        return [.. lines.Where(line => line.Length > 0).Select(reader.Line)];
    }

    private RecordedLine Line(string text)
    {
        var json = (JsonObject)JsonNode.Parse(text)!;
        string[] same = json["same"] is JsonArray paths ? [.. paths.Select(path => path!.GetValue<string>())] : [];
        foreach (JsonObject subject in Subjects(json))
            Expand(subject, same);
        return new RecordedLine(TimeSpan.FromMilliseconds(json["t"]!.GetValue<double>()), json.Text("src") ?? "", json);
    }

    private static IEnumerable<JsonObject> Subjects(JsonObject json)
    {
        JsonObject? subject = json.Object("event").Object("object") ?? json.Object("response");
        return subject?["items"] is JsonArray items ? items.OfType<JsonObject>() : subject is null ? [] : [subject];
    }

    private void Expand(JsonObject subject, string[] same)
    {
        if (subject.Object("metadata").Text("uid") is not { } uid)
            return;
        foreach (string path in (string[])["spec", "metadata.labels", "metadata.ownerReferences"])
        {
            (JsonObject parent, string name) =
                path.Split('.') is [var outer, var inner] ? ((JsonObject)subject[outer]!, inner) : (subject, path);
            if (parent[name] is { } value)
                _last[(uid, path)] = value.DeepClone();
            else if (same.Contains(path) && _last.TryGetValue((uid, path), out JsonNode? last))
                Insert(parent, name, last.DeepClone());
        }
    }

    private static void Insert(JsonObject parent, string name, JsonNode value)
    {
        if (name == "spec")
            parent.Insert(parent.IndexOf("metadata") + 1, name, value);
        else
            parent[name] = value;
    }
}
