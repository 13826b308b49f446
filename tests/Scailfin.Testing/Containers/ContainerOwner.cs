using System.Security.Cryptography;

namespace Scailfin.Testing.Containers;

/// <summary>
/// A folder that the host and a container share, and a lock beside it that lives as long as this process. The container waits for the lock
/// and ends when it gets it, so it outlives us by milliseconds even when we are killed; what is left of the folder is removed by the next
/// owner.
/// </summary>
internal sealed class ContainerOwner : IAsyncDisposable
{
    /// <summary>The label of a container that names its owner's lock.</summary>
    public const string Label = "scailfin.test.owner";

    private const string Prefix = "scailfin-hpc-";

    private readonly FileStream _lock;

    private ContainerOwner(FileStream held, string folder)
    {
        _lock = held;
        Folder = folder;
    }

    /// <summary>Writable for everybody: the users of the container are others than ours.</summary>
    public string Folder { get; }

    public string LockFile => _lock.Name;

    /// <summary>The name of the Compose project that belongs to this owner, if it starts one.</summary>
    public string Project => Path.GetFileName(Folder);

    public static ContainerOwner Create()
    {
        string name = $"{Prefix}{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        string folder = Path.Combine(Path.GetTempPath(), name);
        var held = new FileStream(folder + ".lock", FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        Directory.CreateDirectory(folder);
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute);
        return new ContainerOwner(held, folder);
    }

    /// <summary>Removes the containers, Compose projects and folders of owners that are dead: nobody holds their lock.</summary>
    public static async Task SweepAsync()
    {
        foreach (string file in Directory.GetFiles(Path.GetTempPath(), Prefix + "*.lock"))
        {
            try
            {
                await using var free = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                await RemoveAsync(file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Its owner lives, or it is another user's.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await RemoveAsync(_lock.Name);
        await _lock.DisposeAsync();
    }

    private static async Task RemoveAsync(string file)
    {
        string folder = Path.ChangeExtension(file, null);
        await ContainerEngine.RemoveAsync($"{Label}={file}");
        await ContainerEngine.RemoveAsync(ComposeProject.LabelOf(Path.GetFileName(folder)));
        // .NET cannot name a file whose name is not UTF-8, and steps make such files.
        if ((await BoundedProcess.RunAsync(["rm", "-rf", "--", folder], "", TimeSpan.FromMinutes(5))).ExitCode != 0)
            return;
        File.Delete(file);
    }
}
