namespace HTCondor.Net.EventLogs;

/// <summary>The files of a log: the one of its name, and those that it had before it was rotated.</summary>
internal sealed class LogFiles(string path, int maxRotations, Func<string, LogFile?>? open = null)
{
    private readonly Func<string, LogFile?> _open = open ?? (name => LogFile.TryOpen(name));

    /// <summary>
    /// The files to read from the position on, the oldest first. They are looked up from the newest to the oldest, so that one that is
    /// rotated while we look is seen twice rather than not at all.
    /// </summary>
    /// <returns>The files, and whether the first one has the position.</returns>
    public (List<LogFile> Files, bool Found) From(JobEventPosition position)
    {
        var files = new List<LogFile>();
        foreach (string name in Names())
        {
            if (_open(name) is not { } file)
                continue;
            if (file.Has(position))
            {
                files.Insert(0, file);
                return (files, true);
            }

            // The same file was found again under an older name: it was rotated during this search, and moves to the front as the oldest.
            int again = files.FindIndex(known => Same(known, file));
            if (again >= 0)
            {
                LogFile known = files[again];
                files.RemoveAt(again);
                files.Insert(0, known);
            }

            if (again >= 0 || file.Length == 0 || position.Finished.Any(log => file.Begins(log.Head)))
                file.Dispose();
            else
                files.Insert(0, file);
        }

        return (files, false);
    }

    public LogFile? Current() => _open(path);

    /// <summary>Finds the rotated file with that beginning; null if it no longer exists.</summary>
    public LogFile? Rotated(LogMark head)
    {
        foreach (string name in Names().Skip(1))
        {
            if (_open(name) is not { } file)
                continue;
            if (file.Begins(head))
                return file;
            file.Dispose();
        }

        return null;
    }

    private static bool Same(LogFile one, LogFile other) => one.Begins(other.Head(one.Length)) || other.Begins(one.Head(other.Length));

    private IEnumerable<string> Names()
    {
        yield return path;
        yield return path + ".old";
        for (int number = 1; number <= maxRotations; number++)
            yield return $"{path}.{number}";
    }
}
