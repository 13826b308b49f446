using Scailfin.Core.JobManagers;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Scailfin.JobController.Configuration;

/// <summary>
/// Reads SCAILFIN_BACKENDS: a mapping <c>backends</c> from name to the backend's <c>kind</c> and the options of that kind, each a value or a
/// list of values.
/// </summary>
internal static class BackendsFile
{
    /// <exception cref="SettingsException">The file cannot be read, or has another shape.</exception>
    public static IReadOnlyList<BackendDefinition> Read(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            var yaml = new YamlStream();
            yaml.Load(reader);
            if (yaml.Documents is not [{ RootNode: YamlMappingNode root }] || !root.Children.TryGetValue("backends", out YamlNode? backends))
                throw new SettingsException([$"{path}: a mapping with the key 'backends' is expected"]);
            return [.. Mapping(path, backends, "backends").Children.Select(entry => Definition(path, entry.Key, entry.Value))];
        }
        catch (YamlException exception)
        {
            throw new SettingsException([$"{path}, line {exception.Start.Line}: {exception.Message}"]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException([$"SCAILFIN_BACKENDS names '{path}', which cannot be read: {exception.Message}"]);
        }
    }

    private static BackendDefinition Definition(string path, YamlNode key, YamlNode value)
    {
        string name = Scalar(path, key, "a backend's name");
        string? kind = null;
        var options = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach ((YamlNode option, YamlNode content) in Mapping(path, value, $"backend '{name}'").Children)
        {
            string optionName = Scalar(path, option, "an option's name");
            if (optionName == "kind")
                kind = Scalar(path, content, "kind");
            else
                options[optionName] = content is YamlSequenceNode list ? List(path, list, optionName) : Scalar(path, content, optionName);
        }

        return kind is null
            ? throw new SettingsException([$"{path}, line {key.Start.Line}: backend '{name}' has no kind"])
            : new BackendDefinition(name, kind, options);
    }

    private static List<string> List(string path, YamlSequenceNode list, string what) => [.. list.Children.Select(member => Scalar(path, member, what))];

    private static YamlMappingNode Mapping(string path, YamlNode node, string what) =>
        node as YamlMappingNode ?? throw new SettingsException([$"{path}, line {node.Start.Line}: {what} must be a mapping"]);

    private static string Scalar(string path, YamlNode node, string what) =>
        (node as YamlScalarNode)?.Value ?? throw new SettingsException([$"{path}, line {node.Start.Line}: {what} must be one value"]);
}
