using System.Formats.Tar;
using Scailfin.JobManagers.Batch.Attempts;

namespace Scailfin.JobManagers.Batch.Staging;

/// <summary>
/// Unpacks what a node sent. The archive is not to be trusted: no path outside the workspace, no link that leads out of it, bounded in size
/// and number. Each file appears whole or not at all, and doing it again changes nothing.
/// </summary>
internal sealed class OutputArchive(AttemptPlace place, WorkspaceSnapshot snapshot, long largest, CancellationToken cancellationToken)
{
    private const int MostEntries = 5_000_000;
    private const int LongestPath = 4096;

    private readonly List<string> _conflicts = [];
    private readonly List<string> _refused = [];
    private long _bytes;
    private int _files;

    /// <summary>Unpacks it into the workspace; to be called with the rights of its owner.</summary>
    public Unpacked Unpack()
    {
        if (!PlainFile.Is(place.Files.OutputArchive))
            return Unpacked.Nothing;
        string? problem = null;
        int entries = 0;
        try
        {
            using var file = new FileStream(place.Files.OutputArchive, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            using var tar = new TarReader(file);
            while (problem is null && tar.GetNextEntry() is { } entry)
            {
                cancellationToken.ThrowIfCancellationRequested();
                problem = ++entries > MostEntries ? $"the archive of outputs has more than {MostEntries} entries" : Take(entry);
            }
        }
        catch (Exception exception)
            when (exception is InvalidDataException or EndOfStreamException or FormatException or NotSupportedException
                or ArgumentException)
        {
            problem = $"the archive of outputs is damaged: {exception.Message}";
        }

        return new Unpacked(_files, _conflicts, _refused, problem);
    }

    private string? Take(TarEntry entry)
    {
        if (entry.EntryType is TarEntryType.GlobalExtendedAttributes)
            return null;
        string name = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name;
        name = name.TrimEnd('/');
        if (name.Length == 0 || name == ".")
            return null;
        if (!OutputPath.IsInside(name) || name.Length > LongestPath)
            return $"the archive of outputs has the path '{Shown(name)}', which does not lie in the workspace";
        if (OutputPath.ParentProblem(place.Workspace, name) is { } problem)
            return problem;
        string target = Path.Combine(place.Workspace, name);
        return entry.EntryType switch
        {
            TarEntryType.Directory => TakeDirectory(entry, name, target),
            TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile => TakeFile(entry, name, target),
            TarEntryType.SymbolicLink => TakeLink(entry, name, target),
            TarEntryType.HardLink => TakeHardLink(entry, name, target),
            _ => null,
        };
    }

    private static string? TakeDirectory(TarEntry entry, string name, string target)
    {
        if (Directory.Exists(target))
            return new FileInfo(target).LinkTarget is null
                ? null
                : $"the archive of outputs has a directory '{Shown(name)}', where the workspace has a link";
        if (FileState.Of(target) is not null)
            return $"the archive of outputs has a directory '{Shown(name)}', where the workspace has a file";
        Directory.CreateDirectory(
            target,
            entry.Mode & ~(UnixFileMode.SetUser | UnixFileMode.SetGroup)
                | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.UserRead);
        return null;
    }

    private string? TakeFile(TarEntry entry, string name, string target)
    {
        _bytes += entry.Length;
        if (_bytes > largest)
            return $"the outputs are larger than the {largest >> 30} GB that this backend brings home (option output_limit_gb)";
        string fresh = Path.Combine(place.Directory, $"incoming.{Guid.NewGuid():N}");
        using (var file = new FileStream(fresh, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
            entry.DataStream?.CopyTo(file);
        File.SetUnixFileMode(fresh, entry.Mode & ~(UnixFileMode.SetUser | UnixFileMode.SetGroup));
        File.SetLastWriteTimeUtc(fresh, entry.ModificationTime.UtcDateTime);
        return Settle(fresh, name, target);
    }

    private string? TakeLink(TarEntry entry, string name, string target)
    {
        if (!OutputPath.LinkStaysInside(place.Workspace, name, entry.LinkName))
        {
            _refused.Add(Shown(name));
            return null;
        }

        string fresh = Path.Combine(place.Directory, $"incoming.{Guid.NewGuid():N}");
        File.CreateSymbolicLink(fresh, entry.LinkName);
        return Settle(fresh, name, target);
    }

    /// <summary>A second name of a file becomes a second file: the first one may be replaced by a later step.</summary>
    private string? TakeHardLink(TarEntry entry, string name, string target)
    {
        string link = entry.LinkName.StartsWith("./", StringComparison.Ordinal) ? entry.LinkName[2..] : entry.LinkName;
        string source = Path.Combine(place.Workspace, link);
        if (!OutputPath.IsInside(link) || OutputPath.ParentProblem(place.Workspace, link) is not null || !PlainFile.Is(source))
            return $"the archive of outputs has a second name '{Shown(name)}' for '{Shown(link)}', which is no file of it";
        _bytes += new FileInfo(source).Length;
        if (_bytes > largest)
            return $"the outputs are larger than the {largest >> 30} GB that this backend brings home (option output_limit_gb)";
        string fresh = Path.Combine(place.Directory, $"incoming.{Guid.NewGuid():N}");
        File.Copy(source, fresh);
        return Settle(fresh, name, target);
    }

    /// <summary>Puts a file that came home in its place, unless somebody else has changed what was there.</summary>
    private string? Settle(string fresh, string name, string target)
    {
        if (FileState.Of(target) is { } now)
        {
            if (SameContent.Of(fresh, target))
            {
                File.Delete(fresh);
                _files++;
                return null;
            }

            if (snapshot[name] != now)
            {
                KeepApart(fresh, name);
                return null;
            }
        }
        else if (Directory.Exists(target))
        {
            File.Delete(fresh);
            return $"the archive of outputs has a file '{Shown(name)}', where the workspace has a directory";
        }

        AtomicMove.Over(fresh, target);
        _files++;
        return null;
    }

    private void KeepApart(string fresh, string name)
    {
        string aside = Path.Combine(place.Conflicts, name);
        Directory.CreateDirectory(Path.GetDirectoryName(aside)!);
        AtomicMove.Over(fresh, aside);
        _conflicts.Add(name);
    }

    private static string Shown(string path) => string.Concat(path.Take(200).Select(letter => char.IsControl(letter) ? '?' : letter));
}
