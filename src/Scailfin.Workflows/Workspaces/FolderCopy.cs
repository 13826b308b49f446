using Microsoft.Win32.SafeHandles;
using Scailfin.Core.Workspaces;

namespace Scailfin.Workflows.Workspaces;

/// <summary>
/// Copies named files and folders from one folder to another. A link that leads out of the source is refused in both
/// directions: an input must not pull in the user's other files, and an output is written by a job.
/// </summary>
internal sealed class FolderCopy(string from, string to)
{
    private readonly string _root = RealPath(from);

    public void File(string relative)
    {
        string source = Checked(Path.Combine(_root, relative));
        if (!System.IO.File.Exists(source))
            throw new WorkflowFileException($"The file '{relative}' does not exist in {_root}.");
        CopyFile(source, Path.Combine(to, relative));
    }

    public void Folder(string relative, CancellationToken cancellation)
    {
        string source = Checked(Path.Combine(_root, relative));
        if (!Directory.Exists(source))
            throw new WorkflowFileException($"The folder '{relative}' does not exist in {_root}.");
        CopyFolder(source, Path.GetFullPath(Path.Combine(to, relative)), cancellation);
    }

    private void CopyFolder(string source, string target, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        // List the source before the target is created: the target may lie inside the source (input directory ".").
        FileSystemInfo[] entries = new DirectoryInfo(source).GetFileSystemInfos();
        Directory.CreateDirectory(target);
        foreach (FileSystemInfo entry in entries)
        {
            string path = Checked(entry.FullName);
            string copy = Path.Combine(target, entry.Name);
            if (System.IO.File.Exists(path))
                CopyFile(path, copy);
            else if (entry.LinkTarget is not null)
                throw new WorkflowFileException($"{entry.FullName} is a link to a folder, or to nothing: links to folders are not copied.");
            else if (!Path.GetFullPath(to).StartsWith(entry.FullName + "/", StringComparison.Ordinal)
                && entry.FullName != Path.GetFullPath(to))
                CopyFolder(path, copy, cancellation);
        }
    }

    /// <summary>Opens both ends without blocking: a job may have left a pipe, and one may lie where the copy is to be.</summary>
    private static void CopyFile(string source, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(target))!);
        try
        {
            using SafeFileHandle from = RegularFile.Open(source);
            if (System.IO.File.Exists(target))
                RegularFile.Open(target).Dispose();
            using var input = new FileStream(from, FileAccess.Read);
            using var output = new FileStream(target, FileMode.Create, FileAccess.Write);
            input.CopyTo(output);
            System.IO.File.SetUnixFileMode(output.SafeFileHandle, System.IO.File.GetUnixFileMode(from));
        }
        catch (NotARegularFileException exception)
        {
            throw new WorkflowFileException(exception.Message, exception);
        }
    }

    private string Checked(string path)
    {
        string real = RealPath(path);
        if (real != _root && !real.StartsWith(_root == "/" ? "/" : _root + "/", StringComparison.Ordinal))
            throw new WorkflowFileException($"{path} leads to {real}, outside {_root}: it is not copied.");
        return real;
    }

    /// <summary>Follows the links of every component, as realpath(3).</summary>
    private static string RealPath(string path)
    {
        string real = "/";
        foreach (string part in Path.GetFullPath(path).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            string next = Path.Combine(real, part);
            FileSystemInfo? target =
                new FileInfo(next).LinkTarget is null ? null : System.IO.File.ResolveLinkTarget(next, returnFinalTarget: true);
            real = target is null ? next : RealPath(target.FullName);
        }
        return real;
    }
}
