namespace Scailfin.Core.Workspaces;

/// <summary>Decides which paths may be a workspace: those under a configured root, after <c>..</c> and symbolic links are resolved.</summary>
public sealed class WorkspacePath
{
    private readonly IReadOnlyList<string> _roots;

    /// <summary>Allows what lies under one of these directories.</summary>
    public WorkspacePath(IReadOnlyList<string> roots)
    {
        _roots = [.. roots.Select(root => Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)))];
    }

    /// <summary>Null where the path may be used, else what is wrong with it.</summary>
    public string? Problem(string path)
    {
        if (!Path.IsPathFullyQualified(path))
            return $"'{path}' is not an absolute path.";
        if (path.Any(char.IsControl))
            return "A path with control characters is not a workspace.";
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return _roots.Any(root => IsUnder(full, root) && IsUnder(Resolve(full), Resolve(root)))
            ? null
            : $"'{path}' does not lie under a workspace root of this service: {string.Join(", ", _roots)}.";
    }

    private static bool IsUnder(string path, string root) =>
        path.Length > root.Length && path.StartsWith(root, StringComparison.Ordinal) && (root == "/" || path[root.Length] == '/');

    /// <summary>Follows the links of every part that exists here; what does not exist stays as it is written.</summary>
    private static string Resolve(string path)
    {
        string resolved = "/";
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            string next = Path.Combine(resolved, part);
            resolved = new FileInfo(next).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? next;
        }

        return resolved;
    }
}
