using System.Runtime.InteropServices;

namespace Scailfin.JobController.Settings;

/// <summary>
/// The directory of all files of one service: <c>SCAILFIN_DATA</c>, else <c>$XDG_DATA_HOME/scailfin</c>, else
/// <c>~/.local/share/scailfin</c>; in a sidecar a temporary directory. Mode 0700; the command line finds the service and its token here.
/// </summary>
internal sealed partial class DataDirectory(string path)
{
    private const string Variable = "SCAILFIN_DATA";
    private const string SharedMemory = "/dev/shm";
    private const int WriteAccess = 2;

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>The administrator's token, mode 0600.</summary>
    public string TokenFile => In("admin.token");

    /// <summary>The users' tokens, as digests, mode 0600.</summary>
    public string UsersFile => In("users.json");

    /// <summary>The address of the running service, one line, written once it listens.</summary>
    public string AddressFile => In("service.url");

    /// <summary>Default workspace root.</summary>
    public string Workspaces => In("workspaces");

    /// <summary>Unpacked images, by name.</summary>
    public string Images => In("images");

    /// <summary>The folder for files of job managers, with one folder for each backend.</summary>
    public string Backends => In("backends");

    public static DataDirectory FromEnvironment()
    {
        IReadOnlyDictionary<string, string> variables = ProcessVariables.Read();
        return Find(new SettingsReader(variables), ServiceStart.OfThisProcess(variables).Mode);
    }

    public static DataDirectory Find(SettingsReader reader, ServiceMode mode) => new(reader.Text(Variable, Default(reader, mode)));

    private static string Default(SettingsReader reader, ServiceMode mode)
    {
        // Under REANA, the home directory of the service's user does not exist, and the root file system may be read-only; the pod's shared
        // memory is always writable (contract B.4).
        if (mode == ServiceMode.Sidecar)
        {
            string temporary = reader.Peek("TMPDIR") ?? "/tmp";
            return System.IO.Path.Combine(IsWritable(temporary) ? temporary : SharedMemory, "scailfin");
        }

        string local = reader.Peek("XDG_DATA_HOME") ?? System.IO.Path.Combine(reader.Peek("HOME") ?? "/", ".local", "share");
        return System.IO.Path.Combine(local, "scailfin");
    }

    /// <exception cref="SettingsException">The directory belongs to another user.</exception>
    public void Create()
    {
        const UnixFileMode OnlyMine = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(Path, OnlyMine);
        try
        {
            // The directory may have existed before, as any user can create one in /tmp: its mode is corrected.
            if (File.GetUnixFileMode(Path) != OnlyMine)
                File.SetUnixFileMode(Path, OnlyMine);
        }
        catch (UnauthorizedAccessException)
        {
            throw new SettingsException([$"{Variable}: the data directory '{Path}' belongs to another user"]);
        }
    }

    private static bool IsWritable(string directory) => Access(directory, WriteAccess) == 0;

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
