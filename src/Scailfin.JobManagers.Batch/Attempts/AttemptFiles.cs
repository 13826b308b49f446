using System.Text;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Workspaces;
using Scailfin.JobWrapper;

namespace Scailfin.JobManagers.Batch.Attempts;

/// <summary>Creates an attempt's directory, writes its marker files, and removes it. Call it as the workspace's owner.</summary>
public static class AttemptFiles
{
    private const int NotEmpty = 39;
    private const UnixFileMode OnlyMine = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Does something with an attempt's files, with the rights of the workspace's owner.</summary>
    internal static Task<T> InWorkspaceAsync<T>(Attempt attempt, Func<AttemptPlace, T> work, CancellationToken cancellationToken) =>
        WorkspaceOwner.DoAsync(attempt.Spec.WorkflowWorkspace, () => work(new AttemptPlace(attempt)), cancellationToken);

    /// <summary>The outcome of a submission that a stop forestalled.</summary>
    internal static Submission StoppedBefore(string scheduler) =>
        new Submission.Rejected($"It was stopped before it was handed to {scheduler}.");

    /// <summary>Why a job cannot be handed over yet, or at all.</summary>
    internal static string CannotWrite(Attempt attempt, Exception exception) =>
        $"The files of the job cannot be written to its workspace '{attempt.Spec.WorkflowWorkspace}': {exception.Message}";

    /// <exception cref="IOException">A link has the directory's name, or the directory cannot be created.</exception>
    public static void MakeDirectory(AttemptPlace place)
    {
        foreach (string directory in new[] { place.Root, place.Directory })
        {
            if (new FileInfo(directory).LinkTarget is not null)
                throw new IOException($"{directory} is a link: the folder {AttemptPlace.Folder} of a workspace is the service's own.");
            Directory.CreateDirectory(directory, OnlyMine);
        }
    }

    /// <summary>Writes a new file with mode 0600 and renames it to the path, so that no reader sees half a file.</summary>
    public static void Write(string path, string text)
    {
        string name = Path.GetFileName(path);
        string fresh = $"{name}.{Guid.NewGuid():N}";
        using DirectoryHandle directory = DirectoryHandle.Open(Path.GetDirectoryName(path)!);
        directory.MakeFile(fresh, file => file.Write(Encoding.UTF8.GetBytes(text)));
        try
        {
            directory.Move(fresh, directory, name);
        }
        catch
        {
            // Otherwise each retry would leave another file.
            directory.Remove(fresh);
            throw;
        }
    }

    /// <summary>
    /// Finds the nonce of the attempt's wrapper: in its script or, once that was removed by a stop, in the tombstone. Null if there is
    /// none.
    /// </summary>
    /// <exception cref="FormatException">The script's path is not a plain file.</exception>
    /// <exception cref="IOException">The files cannot be read.</exception>
    public static string? NonceOf(AttemptPlace place) =>
        WrapperScript.NonceOfFile(place.Files.Script) ?? WrapperScript.NonceOfFile(place.Tombstone);

    /// <summary>
    /// Prevents every copy of the attempt that has not begun yet from running the step: takes the claim and removes the script, without
    /// which a queued job cannot start.
    /// </summary>
    /// <remarks>
    /// The script becomes the tombstone: that needs no space on a full disk, and keeps the receipt's nonce, which it alone knows.
    /// </remarks>
    /// <returns>Whether this is the first stop of the attempt.</returns>
    public static bool Bury(AttemptPlace place)
    {
        MakeDirectory(place);
        bool first = !Presence.OfFile(place.Tombstone);
        WrapperFiles files = place.Files;
        if (first && Presence.OfFile(files.Script))
            Rename(files.Script, place.Tombstone);
        else if (first)
            Write(place.Tombstone, "");
        TakeClaim(files.Claim);
        if (Presence.OfFile(files.Script))
            File.Delete(files.Script);
        return first;
    }

    /// <summary>Renames a file in its directory; the call of .NET takes a file that it cannot look at for missing.</summary>
    private static void Rename(string from, string to)
    {
        using DirectoryHandle directory = DirectoryHandle.Open(Path.GetDirectoryName(from)!);
        directory.Move(Path.GetFileName(from), directory, Path.GetFileName(to));
    }

    /// <summary>A wrapper that claims through an I/O proxy makes a file, any other a directory; one excludes the other.</summary>
    private static void TakeClaim(string claim)
    {
        try
        {
            Directory.CreateDirectory(claim);
        }
        catch (IOException) when (Presence.OfFile(claim))
        {
            // The wrapper holds the claim, so the step may have begun; removing the job ends it.
        }
    }

    /// <summary>Removes everything of the attempt.</summary>
    public static void Remove(AttemptPlace place)
    {
        using (DirectoryHandle workspace = DirectoryHandle.Open(place.Workspace))
        using (DirectoryHandle? ours = workspace.Enter(AttemptPlace.Folder))
            ours?.RemoveAll(RawName.Of(place.Identity));
        try
        {
            RemoveRoot(place.Root);
        }
        catch (IOException exception) when (Presence.IsDisproved(exception) || exception.HResult == NotEmpty)
        {
            // Another attempt in the workspace began or ended at the same time; the removal of the last attempt tries again.
        }
    }

    /// <summary>The last attempt of a workspace takes the event log with it.</summary>
    private static void RemoveRoot(string root)
    {
        if (!Presence.OfDirectory(root) || Directory.EnumerateDirectories(root).Any())
            return;
        foreach (string file in Directory.EnumerateFiles(root, "events.log*"))
            File.Delete(file);
        Directory.Delete(root);
    }
}
