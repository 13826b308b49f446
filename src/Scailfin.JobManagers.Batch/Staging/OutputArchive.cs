using System.Security.Cryptography;
using Scailfin.Core.Workspaces;
using Scailfin.JobManagers.Batch.Attempts;
using Scailfin.JobWrapper;
using Scailfin.JobWrapper.Receipts;

namespace Scailfin.JobManagers.Batch.Staging;

/// <summary>
/// Unpacks what a node sent. The archive is not to be trusted: no path outside the workspace, no link that leads out of it, bounded in size
/// and number. Each file appears complete or not at all, and unpacking again is idempotent.
/// </summary>
internal sealed class OutputArchive(AttemptPlace place, WorkspaceSnapshot snapshot, long largest, CancellationToken cancellationToken)
    : IDisposable
{
    private const int MostEntries = 5_000_000;
    private const int LongestPath = 4096;
    private const UnixFileMode Special = UnixFileMode.SetUser | UnixFileMode.SetGroup;
    private const UnixFileMode Ours = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly List<string> _conflicts = [];
    private readonly List<string> _refused = [];
    private readonly DirectoryHandle _workspace = DirectoryHandle.Open(place.Workspace);
    private long _bytes;
    private int _files;

    /// <summary>Unpacks the archive into the workspace; call it with the rights of the workspace's owner.</summary>
    /// <param name="sent">Size and digest that the wrapper sent, if it reported them: a copy that differs is not unpacked.</param>
    public Unpacked Unpack(ReceiptArchive? sent = null)
    {
        using DirectoryHandle? attempt = place.Enter(_workspace);
        using PlainFileStream? file = attempt?.OpenFile(WrapperFiles.OutputArchiveName);
        if (Difference(sent, file) is { } difference)
            return Unpacked.Nothing with { Problem = difference };
        if (attempt is null || file is null)
            return Unpacked.Nothing;
        string? problem = null;
        int entries = 0;
        var archive = new TarInput(file);
        using var parents = new OutputParents(_workspace);
        try
        {
            while (problem is null && archive.Next() is { } entry)
            {
                cancellationToken.ThrowIfCancellationRequested();
                problem = ++entries > MostEntries
                    ? $"the archive of outputs has more than {MostEntries} entries"
                    : Take(entry, archive, attempt, parents);
            }
        }
        catch (InvalidDataException exception)
        {
            problem = $"the archive of outputs is damaged: {exception.Message}";
        }

        return new Unpacked(_files, _conflicts, _refused, problem);
    }

    public void Dispose() => _workspace.Dispose();

    /// <summary>
    /// Compares the copy that arrived with the archive that was sent; null if they agree, or if the latter's size is not known.
    /// </summary>
    private static string? Difference(ReceiptArchive? sent, PlainFileStream? arrived)
    {
        if (sent is null)
            return null;
        if (arrived is null)
            return $"the archive of {sent.Size} bytes that was sent did not arrive";
        if (arrived.Length != sent.Size)
        {
            return $"{arrived.Length} of the archive's {sent.Size} bytes arrived; was no space left on the submit machine, or the "
                + "connection cut?";
        }

        if (sent.Sha256 is null)
            return null;
        string digest = Convert.ToHexStringLower(SHA256.HashData(arrived));
        arrived.Position = 0;
        return digest == sent.Sha256 ? null : "the archive that arrived is another one than was sent: their digests differ";
    }

    private string? Take(TarEntry entry, TarInput archive, DirectoryHandle attempt, OutputParents parents)
    {
        string name = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name;
        name = name.TrimEnd('/');
        if (name.Length == 0 || name == ".")
            return null;
        if (!OutputPath.IsInside(name) || name.Length > LongestPath)
            return $"the archive of outputs has the path '{RawName.Show(name)}', which does not lie in the workspace";
        if (parents.Of(name, out string? problem) is not { } parent)
            return problem;
        var output = new Output(name, parent, name[(name.LastIndexOf('/') + 1)..], $"incoming.{Guid.NewGuid():N}", attempt);
        return entry switch
        {
            { IsDirectory: true } => TakeDirectory(entry, output),
            { IsFile: true } => TakeFile(entry, archive, output),
            { IsLink: true } => TakeLink(entry, output),
            { IsSecondName: true } => TakeSecondName(entry, output),
            { IsSpecial: true } => null,
            _ => $"the archive of outputs has an entry '{RawName.Show(name)}' of an unknown kind ('{RawName.Show($"{entry.Type}")}')",
        };
    }

    private static string? TakeDirectory(TarEntry entry, Output output)
    {
        try
        {
            output.Parent.EnterOrMake(output.Last, (entry.Mode & ~Special) | Ours).Dispose();
            return null;
        }
        catch (NotADirectoryException)
        {
            string what = output.Parent.Look(output.Last) is { Kind: FileKind.Link } ? "link" : "file";
            return $"the archive of outputs has a directory '{RawName.Show(output.Path)}', where the workspace has a {what}";
        }
    }

    private string? TakeFile(TarEntry entry, TarInput archive, Output output)
    {
        if (TooMuch(entry.Size) is { } problem)
            return problem;
        output.Attempt.MakeFile(output.Fresh, file =>
        {
            archive.CopyTo(file, entry.Size);
            file.Flush();
            File.SetUnixFileMode(file.SafeFileHandle, entry.Mode & ~Special);
            File.SetLastWriteTimeUtc(file.SafeFileHandle, entry.ModifiedAt);
        });
        return Settle(output);
    }

    private string? TakeLink(TarEntry entry, Output output)
    {
        if (!OutputPath.LinkStaysInside(RawName.Of(place.Workspace), output.Path, entry.LinkName))
        {
            _refused.Add(RawName.Show(output.Path));
            return null;
        }

        output.Attempt.MakeLink(output.Fresh, entry.LinkName);
        return Settle(output);
    }

    /// <summary>A second name of a file becomes a second file: the first one may be replaced by a later step.</summary>
    private string? TakeSecondName(TarEntry entry, Output output)
    {
        string link = entry.LinkName.StartsWith("./", StringComparison.Ordinal) ? entry.LinkName[2..] : entry.LinkName;
        using var parents = new OutputParents(_workspace);
        using PlainFileStream? source =
            OutputPath.IsInside(link) ? parents.Of(link, out _)?.OpenFile(link[(link.LastIndexOf('/') + 1)..]) : null;
        if (source is null)
            return $"the archive of outputs has a second name '{RawName.Show(output.Path)}' for '{RawName.Show(link)}', "
                + "which is not a file in the archive";
        if (TooMuch(source.Length) is { } problem)
            return problem;
        output.Attempt.MakeFile(output.Fresh, file =>
        {
            source.CopyTo(file);
            file.Flush();
            File.SetUnixFileMode(file.SafeFileHandle, File.GetUnixFileMode(source.Handle) & ~Special);
        });
        return Settle(output);
    }

    private string? TooMuch(long more) => (_bytes += more) > largest
        ? $"the outputs are larger than the {largest >> 30} GB limit of this backend (option output_limit_gb)"
        : null;

    /// <summary>Moves a retrieved file to its place in the workspace, unless the file there was changed since it was packed.</summary>
    private string? Settle(Output output)
    {
        FileStatus? now = output.Parent.Look(output.Last);
        if (now is { Kind: FileKind.Directory })
        {
            output.Attempt.Remove(output.Fresh);
            return $"the archive of outputs has a file '{RawName.Show(output.Path)}', where the workspace has a directory";
        }

        if (now is not null && SameContent.Of(output.Attempt, output.Fresh, output.Parent, output.Last))
        {
            output.Attempt.Remove(output.Fresh);
        }
        else if (now is { } other && snapshot[output.Path] != FileState.Of(other))
        {
            KeepApart(output);
            return null;
        }
        else
        {
            output.Attempt.Move(output.Fresh, output.Parent, output.Last);
        }

        _files++;
        return null;
    }

    private void KeepApart(Output output)
    {
        using var apart = new OutputParents(_workspace);
        DirectoryHandle? parent = apart.Of($"{AttemptPlace.Folder}/{place.ConflictsName}/{output.Path}", out string? problem);
        output.Attempt.Move(output.Fresh, parent ?? throw new IOException(problem), output.Last);
        _conflicts.Add(RawName.Show(output.Path));
    }

    /// <summary>A file on its way into the workspace.</summary>
    /// <param name="Path">The target path, relative to the workspace.</param>
    /// <param name="Parent">The target's directory.</param>
    /// <param name="Last">The target's name in that directory.</param>
    /// <param name="Fresh">The temporary name in the attempt's directory, until the file is complete.</param>
    /// <param name="Attempt">The attempt's directory.</param>
    private sealed record Output(string Path, DirectoryHandle Parent, string Last, string Fresh, DirectoryHandle Attempt);
}
