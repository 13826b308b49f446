namespace Scailfin.Core.Workspaces;

/// <summary>
/// Finds the owner of a directory. A link on its path is followed only if root or that owner made it: a user who puts a link to another
/// user's directory in the place of his own is not taken for that other user.
/// </summary>
public static class PathOwner
{
    /// <summary>The most links in one path, as in Linux.</summary>
    private const int MostLinks = 40;

    /// <summary>Returns user and group of the directory that an absolute path leads to.</summary>
    /// <exception cref="IOException">
    /// The path leads to no directory, cannot be looked at, or goes through a link of a user who is neither root nor the directory's owner.
    /// </exception>
    public static (uint User, uint Group) Of(string path)
    {
        var parts = new Stack<string>(Backwards(RawName.Of(path)));
        var makers = new List<(string Link, uint User)>();

        // The open directories from the root down: '..' goes up among them.
        var at = new Stack<DirectoryEntry>([new DirectoryEntry(FileCalls.CurrentDirectory, "/", $"'{path}'")]);
        try
        {
            while (parts.TryPop(out string? part))
            {
                if (part == ".")
                    continue;
                if (part == "..")
                {
                    if (at.Count > 1)
                        at.Pop().Dispose();
                    continue;
                }

                DirectoryEntry next = at.Peek().Hold(part);
                if (next.Kind != FileKind.Link)
                {
                    at.Push(next);
                    continue;
                }

                using DirectoryEntry link = next;
                string target = link.Target();
                makers.Add((part, link.Owner));
                if (makers.Count > MostLinks)
                    throw new IOException($"The links of {path} go round in a circle.");
                while (target.StartsWith('/') && at.Count > 1)
                    at.Pop().Dispose();
                foreach (string inner in Backwards(target))
                    parts.Push(inner);
            }

            DirectoryEntry end = at.Peek();
            if (end.Kind != FileKind.Directory)
                throw new IOException($"{path} is not a directory.");
            foreach ((string link, uint maker) in makers)
            {
                if (maker != 0 && maker != end.Owner)
                {
                    throw new IOException(
                        $"{path} leads through '{RawName.Show(link)}', a link of user {maker}, to a directory of user {end.Owner}.");
                }
            }

            return (end.Owner, end.Group);
        }
        finally
        {
            foreach (DirectoryEntry entry in at)
                entry.Dispose();
        }
    }

    private static IEnumerable<string> Backwards(string path) =>
        Enumerable.Reverse(path.Split('/', StringSplitOptions.RemoveEmptyEntries));
}
