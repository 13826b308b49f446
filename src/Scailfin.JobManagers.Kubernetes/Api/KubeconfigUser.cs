using Scailfin.Yaml;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Scailfin.JobManagers.Kubernetes.Api;

/// <summary>
/// The user of a kubeconfig's context, as the file has it: the client library leaves out members that it does not know, runs plug-ins
/// without ending them, and ignores whom to impersonate
/// (https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#AuthInfo).
/// </summary>
internal sealed record KubeconfigUser
{
    private const string TokenFileMember = "tokenFile";
    private const string Exec = "exec";

    private static readonly string[] Honoured =
    [
        "token", TokenFileMember, Exec, "client-certificate", "client-certificate-data", "client-key", "client-key-data", "username",
        "password", "extensions",
    ];

    /// <summary>The user's name in the file.</summary>
    public required string Name { get; init; }

    /// <summary>A file with a bearer token, which wins over a token in the kubeconfig itself; an absolute path.</summary>
    public string? TokenFile { get; init; }

    /// <summary>The credential plug-in, used if the file has no other credentials.</summary>
    public CredentialPlugin? Plugin { get; init; }

    /// <summary>The members that are not honoured.</summary>
    public IReadOnlyList<string> Strangers { get; init; } = [];

    /// <summary>The members that cannot be honoured; null for none.</summary>
    public string? Problem => Strangers.Count == 0
        ? null
        : $"user '{Name}' has {string.Join(", ", Strangers)}, but only these are supported: {string.Join(", ", Honoured)}";

    /// <summary>Reads the user; null if the file has no such user, which the client library then reports.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="YamlException">The file is not YAML.</exception>
    public static KubeconfigUser? Read(string file, string? context)
    {
        using StreamReader reader = File.OpenText(file);
        YamlStream yaml = BoundedYaml.Load(reader);
        if (yaml.Documents is not [{ RootNode: YamlMappingNode root }, ..])
            return null;
        string? current = context ?? Text(root, "current-context");
        string? name = Text(Named(root, "contexts", current, "context"), "user");
        return Named(root, "users", name, "user") is { } user ? Of(name!, user, Path.GetDirectoryName(Path.GetFullPath(file))!) : null;
    }

    private static KubeconfigUser Of(string name, YamlMappingNode user, string folder) => new()
    {
        Name = name,
        TokenFile = Text(user, TokenFileMember) is { Length: > 0 } file ? Path.GetFullPath(file, folder) : null,
        Plugin = Text(user, "token") is not { Length: > 0 } && Text(user, TokenFileMember) is not { Length: > 0 }
            && Node(user, Exec) is YamlMappingNode plugin ? PluginOf(plugin, folder) : null,
        Strangers =
            [.. user.Children.Keys.Select(key => (key as YamlScalarNode)?.Value ?? "").Where(member => !Honoured.Contains(member))],
    };

    private static CredentialPlugin PluginOf(YamlMappingNode plugin, string folder)
    {
        string command = Text(plugin, "command") ?? "";
        return new CredentialPlugin(
            command.Contains('/', StringComparison.Ordinal) ? Path.GetFullPath(command, folder) : command,
            [.. Members(plugin, "args").OfType<YamlScalarNode>().Select(node => node.Value ?? "")],
            [
                .. Members(plugin, "env").OfType<YamlMappingNode>()
                    .Select(node => KeyValuePair.Create(Text(node, "name") ?? "", Text(node, "value") ?? "")),
            ],
            Text(plugin, "apiVersion") ?? "");
    }

    /// <summary>The entry of a list whose member <c>name</c> is that; names differ by more than case.</summary>
    private static YamlMappingNode? Named(YamlMappingNode root, string list, string? name, string member) => Members(root, list)
        .OfType<YamlMappingNode>()
        .Where(entry => name is not null && string.Equals(Text(entry, "name"), name, StringComparison.OrdinalIgnoreCase))
        .Select(entry => Node(entry, member) as YamlMappingNode)
        .FirstOrDefault();

    private static IEnumerable<YamlNode> Members(YamlMappingNode node, string name) =>
        (Node(node, name) as YamlSequenceNode)?.Children ?? [];

    private static string? Text(YamlMappingNode? node, string name) =>
        node is null ? null : (Node(node, name) as YamlScalarNode)?.Value;

    private static YamlNode? Node(YamlMappingNode node, string name) => node.Children.TryGetValue(name, out YamlNode? value) ? value : null;
}
