namespace Scailfin.Core.Workspaces;

/// <summary>
/// Decides which paths may be a workspace: those under a configured root, after <c>..</c> and symbolic links are resolved.
/// </summary>
public sealed class WorkspacePath
{
    /// <summary>The most links in one path, as in Linux.</summary>
    private const int MostLinks = 40;

    private readonly IReadOnlyList<string> _roots;

    /// <summary>Allows what lies under one of these directories.</summary>
    public WorkspacePath(IReadOnlyList<string> roots)
    {
        _roots = [.. roots.Select(root => Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)))];
    }

    /// <summary>Checks a path: null if it may be used, else the problem.</summary>
    public string? Problem(string path)
    {
        if (!Path.IsPathFullyQualified(path))
            return $"'{path}' is not an absolute path.";
        if (path.Any(char.IsControl))
            return "A path with control characters is not a workspace.";
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return Resolve(path) is { } real
            && _roots.Any(root => IsUnder(full, root) && Resolve(root) is { } realRoot && IsUnder(real, realRoot))
            ? null
            : $"'{path}' does not lie under a workspace root of this service: {string.Join(", ", _roots)}.";
    }

    private static bool IsUnder(string path, string root) =>
        path.Length > root.Length && path.StartsWith(root, StringComparison.Ordinal) && (root == "/" || path[root.Length] == '/');

    /// <summary>
    /// Resolves the path as the operating system does: the links of every part that exists here are followed, and <c>..</c> is the parent
    /// of their target; parts that do not exist are left unchanged. Null if the links form a loop.
    /// </summary>
    private static string? Resolve(string path)
    {
        var parts = new Stack<string>(Backwards(path));
        string resolved = "/";
        int links = 0;
        while (parts.TryPop(out string? part))
        {
            if (part == ".")
                continue;
            string next = part == ".." ? Path.GetDirectoryName(resolved) ?? "/" : Path.Combine(resolved, part);
            if (part == ".." || new FileInfo(next).LinkTarget is not { } target)
            {
                resolved = next;
                continue;
            }

            if (++links > MostLinks)
                return null;
            if (target.StartsWith('/'))
                resolved = "/";
            foreach (string inner in Backwards(target))
                parts.Push(inner);
        }

        return resolved;
    }

    private static IEnumerable<string> Backwards(string path) => Enumerable.Reverse(path.Split('/', StringSplitOptions.RemoveEmptyEntries));
}
