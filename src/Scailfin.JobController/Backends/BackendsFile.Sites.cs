using Scailfin.JobController.Settings;
using Scailfin.JobWrapper.Sites;
using Scailfin.Yaml;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Scailfin.JobController.Backends;

internal static partial class BackendsFile
{
    /// <summary>
    /// The options of a site profile: the name of a shipped one (docs/sites), or an absolute path. It is one mapping from option to a value
    /// or a list of values.
    /// </summary>
    /// <exception cref="SettingsException">The profile does not exist, or does not have the form of a profile.</exception>
    public static IReadOnlyDictionary<string, object> ReadSite(string site)
    {
        if (Path.IsPathFullyQualified(site))
            return Load(site, () => new StreamReader(site), "a site profile", root => Options(site, root));
        string text = ShippedSites.Read(site)
            ?? throw new SettingsException(
                [$"site is '{site}', but must be an absolute path or one of: {string.Join(", ", ShippedSites.Names)}"]);
        return Load(site, () => new StringReader(text), "a site profile", root => Options(site, root));
    }

    private static Dictionary<string, object> Options(string path, YamlMappingNode root)
    {
        var options = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach ((YamlNode option, YamlNode content) in root.Children)
        {
            string name = Scalar(path, option, "an option's name");
            options[name] = content is YamlSequenceNode list ? List(path, list, name) : Scalar(path, content, name);
        }

        return options;
    }

    private static T Load<T>(string path, Func<TextReader> open, string what, Func<YamlMappingNode, T> read)
    {
        try
        {
            using TextReader reader = open();
            YamlStream yaml = BoundedYaml.Load(reader);
            return yaml.Documents is [{ RootNode: YamlMappingNode root }]
                ? read(root)
                : throw new SettingsException([$"{path}: {what} is a mapping"]);
        }
        catch (YamlException exception)
        {
            throw new SettingsException([$"{path}, line {exception.Start.Line}: {exception.Message}"]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException([$"'{path}', {what}, cannot be read: {exception.Message}"]);
        }
    }
}
