using Scailfin.JobManagers.Batch.Attempts;

namespace Scailfin.JobManagers.Batch.Staging;

/// <summary>Decides which paths of an archive may be written. All names are raw.</summary>
internal static class OutputPath
{
    /// <summary>Relative, nowhere upwards, and not in the service's own folder.</summary>
    public static bool IsInside(string name)
    {
        string[] parts = name.Split('/');
        return parts.All(part => part is not ("" or "." or ".."))
            && parts[0] != AttemptPlace.Folder
            && !name.Contains('\0', StringComparison.Ordinal);
    }

    /// <summary>
    /// Whether a link of that name leads nowhere but into the workspace: upwards first if at all, and never further than to its root. A
    /// step sees the workspace at its own path, so that a link may begin with that.
    /// </summary>
    public static bool LinkStaysInside(string workspace, string name, string target)
    {
        if (target.Length == 0 || target.Contains('\0', StringComparison.Ordinal))
            return false;
        int depth = name.Count(letter => letter == '/');
        if (target.StartsWith('/'))
        {
            string root = workspace.TrimEnd('/');
            if (target != root && !target.StartsWith(root + "/", StringComparison.Ordinal))
                return false;
            (target, depth) = (target[root.Length..], 0);
        }

        string[] parts = target.Split('/', StringSplitOptions.RemoveEmptyEntries);
        int upwards = parts.TakeWhile(part => part is "." or "..").Count(part => part == "..");

        // A ".." after a name is refused: the name may be a link, and ".." would be relative to the link's target.
        return upwards <= depth && !parts.SkipWhile(part => part is "." or "..").Contains("..");
    }
}
