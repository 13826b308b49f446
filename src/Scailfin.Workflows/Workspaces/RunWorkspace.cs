namespace Scailfin.Workflows.Workspaces;

/// <summary>The folder that one run's jobs work in; its name is the workflow's uuid.</summary>
internal sealed class RunWorkspace
{
    private RunWorkspace(Guid id, string path)
    {
        Id = id;
        Path = path;
    }

    public Guid Id { get; }

    public string Path { get; }

    public static RunWorkspace Create(string root, SerialWorkflow workflow, CancellationToken cancellation)
    {
        var id = Guid.NewGuid();
        var workspace = new RunWorkspace(id, System.IO.Path.Combine(root, id.ToString("D")));
        CreateFolder(workspace.Path, root);
        try
        {
            var inputs = new FolderCopy(workflow.Folder, workspace.Path);
            foreach (string directory in workflow.InputDirectories)
                inputs.Folder(directory, cancellation);
            foreach (string file in workflow.InputFiles)
                inputs.File(file);
        }
        catch
        {
            // No step has run in the new workspace, so it can be deleted.
            Directory.Delete(workspace.Path, recursive: true);
            throw;
        }
        return workspace;
    }

    /// <summary>Makes the command as REANA's engine sends it: the job starts in the workspace, whatever its image says.</summary>
    public string InWorkspace(string command) => $"cd {ShellQuote(Path)} && {command}";

    public IReadOnlyList<RunOutput> Outputs(SerialWorkflow workflow)
    {
        IEnumerable<RunOutput> files = workflow.OutputFiles.Select(name =>
        {
            var file = new FileInfo(System.IO.Path.Combine(Path, name));
            return new RunOutput(name, IsFolder: false, file.Exists ? file.Length : null);
        });
        IEnumerable<RunOutput> folders = workflow.OutputDirectories.Select(name =>
        {
            var folder = new DirectoryInfo(System.IO.Path.Combine(Path, name));
            return new RunOutput(name, IsFolder: true, folder.Exists ? SizeOf(folder) : null);
        });
        return [.. files, .. folders];
    }

    public void CopyOutputs(IEnumerable<RunOutput> outputs, string target, CancellationToken cancellation)
    {
        var copy = new FolderCopy(Path, target);
        foreach (RunOutput output in outputs)
        {
            if (output.IsFolder)
                copy.Folder(output.Name, cancellation);
            else
                copy.File(output.Name);
        }
    }

    internal static string ShellQuote(string text) =>
        text.All(c => char.IsAsciiLetterOrDigit(c) || "/._-+:,@%".Contains(c, StringComparison.Ordinal))
            ? text
            : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static void CreateFolder(string path, string root)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"A workspace cannot be made in '{root}', the service's workspace root: {exception.Message} "
                    + "Run on the service's machine as a user who may write there, or set SCAILFIN_WORKSPACE_ROOTS of the service.",
                exception);
        }
    }

    private static long SizeOf(DirectoryInfo folder) =>
        folder.EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Sum(file => file.Length);
}

/// <param name="Name">The path, relative to the workspace.</param>
/// <param name="IsFolder">Whether it was declared as a directory.</param>
/// <param name="Bytes">The size in bytes; null if the output is missing.</param>
internal sealed record RunOutput(string Name, bool IsFolder, long? Bytes);
