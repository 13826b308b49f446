namespace Scailfin.Core.Workspaces;

/// <summary>
/// Decides which paths may be a workspace: those under a configured root, after <c>..</c> and symbolic links are resolved; where users are
/// told apart, those in <c>{root}/{user}</c> and in the directories that the operator shares.
/// </summary>
public sealed class WorkspacePath
{
    /// <summary>The most links in one path, as in Linux.</summary>
    private const int MostLinks = 40;

    private readonly IReadOnlyList<string> _roots;
    private readonly IReadOnlyList<string>? _shared;

    /// <summary>Allows what lies under one of these directories.</summary>
    /// <param name="roots">The configured roots, absolute.</param>
    /// <param name="shared">
    /// The directories, roots or under a root, whose workspaces every user may use; all others are their users' own. Null: users are not
    /// told apart.
    /// </param>
    public WorkspacePath(IReadOnlyList<string> roots, IReadOnlyList<string>? shared = null)
    {
        _roots = [.. roots.Select(Plain)];
        _shared = shared is null ? null : [.. shared.Select(Plain)];
    }

    /// <summary>The directories in which the workspaces of a user lie, absolute; they need not exist.</summary>
    /// <param name="user">The user's name; a plain name of a directory (<c>UserName</c>).</param>
    public IReadOnlyList<string> FoldersOf(string user) => [.. PlacesOf(user).Select(place => Path.Join(place.Root, place.Folder))];

    /// <summary>Checks a path whoever's it is: null if it lies under a root, else the problem.</summary>
    public string? Problem(string path) =>
        SyntaxProblem(path)
            ?? (LiesIn(path, [.. _roots.Select(root => (root, ""))])
                ? null
                : $"'{path}' does not lie under a workspace root of this service: {string.Join(", ", _roots)}.");

    /// <summary>Checks a path that a user names: null if he may use it, else the problem.</summary>
    public string? Problem(string path, string user)
    {
        if (_shared is null || Problem(path) is not null)
            return Problem(path);
        return LiesIn(path, PlacesOf(user))
            ? null
            : $"'{path}' is not a workspace of user '{user}', whose workspaces lie in {string.Join(", ", FoldersOf(user))}.";
    }

    /// <summary>
    /// Opens a workspace as it is now. Unlike <see cref="Problem(string, string)"/>, which judges a request, it follows no link below the
    /// root: a step may have put one there since.
    /// </summary>
    /// <param name="path">The workspace of a job that was accepted.</param>
    /// <param name="problem">Why it may not be used, in one sentence; empty if it may.</param>
    /// <returns>The workspace; null if it may not be used.</returns>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public WorkspaceHandle? Open(string path, out string problem)
    {
        string full = Plain(path);
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

    /// <summary>Whether a path lies in a directory that the operator shares among users.</summary>
    public bool IsShared(string path) => _shared is not null && _shared.Any(shared => IsUnder(Plain(path), shared));

    private IReadOnlyList<(string Root, string Folder)> PlacesOf(string user) =>
        [.. _roots.Select(root => (root, _shared is null ? "" : user)), .. (_shared ?? []).Select(shared => (shared, ""))];

    private static string? SyntaxProblem(string path)
    {
        if (!Path.IsPathFullyQualified(path))
            return $"'{path}' is not an absolute path.";
        return path.Any(char.IsControl) ? "A path with control characters is not a workspace." : null;
    }

    /// <summary>
    /// Whether the path lies in one of these folders. A root may be a link, which is the operator's choice; the folder in it may not.
    /// </summary>
    private static bool LiesIn(string path, IReadOnlyList<(string Root, string Folder)> places)
    {
        string full = Plain(path);
        return Resolve(path) is { } real
            && places.Any(place => IsUnder(full, Path.Join(place.Root, place.Folder))
                && Resolve(place.Root) is { } realRoot && IsUnder(real, Path.Join(realRoot, place.Folder)));
    }

    private static string Plain(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    private static bool IsUnder(string path, string root) =>
        path.Length > root.Length && path.StartsWith(root, StringComparison.Ordinal) && (root[^1] == '/' || path[root.Length] == '/');

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
