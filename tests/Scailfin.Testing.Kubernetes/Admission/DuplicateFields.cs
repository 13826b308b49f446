using System.Text.Json;

namespace Scailfin.Testing.Kubernetes.Admission;

/// <summary>Keys that come twice in one object: the last one counts, and a warning says so.</summary>
internal static class DuplicateFields
{
    public static IReadOnlyList<string> Find(byte[] body)
    {
        var found = new List<string>();
        using JsonDocument document = JsonDocument.Parse(body);
        Search(document.RootElement, "", found);
        return found;
    }

    private static void Search(JsonElement element, string path, List<string> found)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            HashSet<string> seen = [];
            foreach (JsonProperty property in element.EnumerateObject())
            {
                string name = path.Length == 0 ? property.Name : $"{path}.{property.Name}";
                if (!seen.Add(property.Name))
                    found.Add($"duplicate field \"{name}\"");
                Search(property.Value, name, found);
            }
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            int index = 0;
            foreach (JsonElement item in element.EnumerateArray())
                Search(item, $"{path}[{index++}]", found);
        }
    }
}
