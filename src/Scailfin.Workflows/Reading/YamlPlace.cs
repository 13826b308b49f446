using YamlDotNet.RepresentationModel;

namespace Scailfin.Workflows.Reading;

/// <summary>A node of a YAML file with its place in it, so that each problem names file, line, key, value and rule.</summary>
internal sealed class YamlPlace(string file, string key, YamlNode node)
{
    private const int LongestShown = 80;

    public string Key => key;

    public WorkflowFileException Problem(string rule)
    {
        string value = node switch
        {
            YamlScalarNode scalar => $"'{(scalar.Value is { Length: > LongestShown } text ? text[..LongestShown] + "..." : scalar.Value)}'",
            YamlSequenceNode => "a list",
            _ => "a mapping",
        };
        return new WorkflowFileException($"{file}:{node.Start.Line}: {(key.Length == 0 ? "the document" : key)} is {value}: {rule}");
    }

    public string Text()
    {
        if (node is not YamlScalarNode { Value: { } value } || IsNull)
            throw Problem("it must be a single value.");
        return value;
    }

    public string NonEmptyText() => Text() is { } text && !string.IsNullOrWhiteSpace(text) ? text : throw Problem("it must not be empty.");

    /// <summary>The members by name; <c>key:</c> with nothing after it counts as empty.</summary>
    public IReadOnlyList<(string Name, YamlPlace Value)> Members()
    {
        if (IsNull)
            return [];
        if (node is not YamlMappingNode mapping)
            throw Problem("it must be a mapping (key: value).");
        var members = new List<(string, YamlPlace)>();
        foreach ((YamlNode name, YamlNode value) in mapping.Children)
        {
            string text = new YamlPlace(file, $"a key of {(key.Length == 0 ? "the document" : key)}", name).NonEmptyText();
            members.Add((text, new YamlPlace(file, key.Length == 0 ? text : $"{key}.{text}", value)));
        }
        return members;
    }

    public IReadOnlyList<YamlPlace> Items()
    {
        if (IsNull)
            return [];
        if (node is not YamlSequenceNode sequence)
            throw Problem("it must be a list.");
        return [.. sequence.Children.Select((item, i) => new YamlPlace(file, $"{key}[{i}]", item))];
    }

    public YamlPlace? Find(string name)
    {
        foreach ((string member, YamlPlace value) in Members())
        {
            if (member == name)
                return value;
        }
        return null;
    }

    public YamlPlace Require(string name) => Find(name) ?? throw Problem($"its key '{name}' is missing.");

    private bool IsNull => node is YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain, Value: null or "" or "~" or "null" };
}
