using Scailfin.Core.Accounts;
using Scailfin.Core.JobManagers;
using Scailfin.JobController.Access;
using Scailfin.JobController.Settings;
using YamlDotNet.RepresentationModel;

namespace Scailfin.JobController.Backends;

/// <summary>
/// Reads SCAILFIN_BACKENDS: a mapping <c>backends</c> from name to the backend's <c>kind</c>, perhaps a <c>site</c>, and the options of
/// that kind, each a value or a list of values; and <c>accounts</c>.
/// </summary>
internal static partial class BackendsFile
{
    /// <exception cref="SettingsException">The file cannot be read, or does not have the form of a file of backends.</exception>
    public static IReadOnlyList<BackendDefinition> Read(string path) => Load(
        path,
        () => new StreamReader(path),
        "SCAILFIN_BACKENDS",
        IReadOnlyList<BackendDefinition> (root) =>
        {
            foreach (YamlNode key in root.Children.Keys.Where(key => (key as YamlScalarNode)?.Value is not ("backends" or "accounts")))
                throw new SettingsException([$"{path}, line {key.Start.Line}: '{key}' is not known; there are backends and accounts"]);
            return root.Children.TryGetValue("backends", out YamlNode? backends)
                ? [.. Mapping(path, backends, "backends").Children.Select(entry => Definition(path, entry.Key, entry.Value))]
                : throw new SettingsException([$"{path}: a mapping with the key 'backends' is expected"]);
        });

    /// <summary>Reads <c>accounts</c>, beside <c>backends</c>: from a user's name to the login that the user is on this machine.</summary>
    /// <exception cref="SettingsException">The file cannot be read, or a name breaks its rule.</exception>
    public static UserAccounts ReadAccounts(string path) => Load(
        path,
        () => new StreamReader(path),
        "SCAILFIN_BACKENDS",
        root => root.Children.TryGetValue("accounts", out YamlNode? accounts)
            ? new UserAccounts(Mapping(path, accounts, "accounts").Children
                .Select(entry => (User: UserOf(path, entry.Key), Login: LoginOf(path, entry.Value)))
                .ToDictionary(entry => entry.User, entry => entry.Login, StringComparer.Ordinal))
            : UserAccounts.None);

    private static string UserOf(string path, YamlNode key)
    {
        string user = Scalar(path, key, "a user's name");
        return user == UserAccounts.Everyone || UserName.IsValid(user)
            ? user
            : throw new SettingsException(
                [
                    $"{path}, line {key.Start.Line}: accounts names '{user}', but a user's name is '{UserAccounts.Everyone}' or "
                        + UserName.Rule,
                ]);
    }

    private static string LoginOf(string path, YamlNode value)
    {
        string login = Scalar(path, value, "a login name");
        return login == UserAccounts.SameName || Login.IsName(login)
            ? login
            : throw new SettingsException(
                [
                    $"{path}, line {value.Start.Line}: accounts names the login '{login}', but it must be a login name other than root, "
                        + $"or {UserAccounts.SameName}",
                ]);
    }

    private static BackendDefinition Definition(string path, YamlNode key, YamlNode value)
    {
        string name = Scalar(path, key, "a backend's name");
        Dictionary<string, object> options = Options(path, Mapping(path, value, $"backend '{name}'"));
        if (!options.Remove("kind", out object? kind) || kind is not string)
            throw new SettingsException([$"{path}, line {key.Start.Line}: backend '{name}' has no kind"]);

        // The site profile's options apply unless the backend sets them itself.
        if (options.Remove("site", out object? site))
        {
            if (site is not string profile)
                throw new SettingsException([$"{path}, line {key.Start.Line}: site of backend '{name}' must be one value"]);
            foreach ((string option, object content) in ReadSite(profile))
                options.TryAdd(option, content);
        }

        return new BackendDefinition(name, (string)kind, options);
    }

    private static IReadOnlyList<string> List(string path, YamlSequenceNode list, string what) =>
        [.. list.Children.Select(member => Scalar(path, member, what))];

    private static YamlMappingNode Mapping(string path, YamlNode node, string what) =>
        node as YamlMappingNode ?? throw new SettingsException([$"{path}, line {node.Start.Line}: {what} must be a mapping"]);

    private static string Scalar(string path, YamlNode node, string what) =>
        (node as YamlScalarNode)?.Value ?? throw new SettingsException([$"{path}, line {node.Start.Line}: {what} must be one value"]);
}
