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

    /// <summary>
    /// Opens a workspace as it is now. Unlike <see cref="Problem"/>, which judges a request, it follows no link below the root: a step may
    /// have put one there since.
    /// </summary>
    /// <param name="path">The workspace of a job that was accepted.</param>
    /// <param name="problem">Why it may not be used, in one sentence; empty if it may.</param>
    /// <returns>The workspace; null if it may not be used.</returns>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public WorkspaceHandle? Open(string path, out string problem)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        problem = $"The workspace '{path}' does not lie under a workspace root of this service: {string.Join(", ", _roots)}.";
        if (_roots.FirstOrDefault(root => IsUnder(full, root)) is not { } root)
            return null;
        problem = $"The workspace '{path}' does not exist on this machine.";
        if (!Presence.OfDirectory(root))
            return null;
        DirectoryHandle at = DirectoryHandle.Open(root);
        try
        {
            foreach (string part in full[root.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                if (at.Enter(RawName.Of(part)) is not { } next)
                    return null;
                at.Dispose();
                at = next;
            }

            problem = "";
            return new WorkspaceHandle(at);
        }
        catch (NotADirectoryException)
        {
            problem = $"The workspace '{path}' is not used: below its root '{root}' a link, or a file, stands in the place of a directory.";
            return null;
        }
        finally
        {
            if (problem.Length > 0)
                at.Dispose();
        }
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
