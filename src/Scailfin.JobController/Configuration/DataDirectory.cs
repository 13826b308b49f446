namespace Scailfin.JobController.Configuration;

/// <summary>
/// Where everything of one service lives: <c>SCAILFIN_DATA</c>, else <c>$XDG_DATA_HOME/scailfin</c>, else <c>~/.local/share/scailfin</c>.
/// Mode 0700; the command line finds the service and its token here.
/// </summary>
internal sealed class DataDirectory(string path)
{
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>The administrator's token, mode 0600.</summary>
    public string TokenFile => In("admin.token");

    /// <summary>The address of the running service, one line, written once it listens.</summary>
    public string AddressFile => In("service.url");

    /// <summary>Default workspace root.</summary>
    public string Workspaces => In("workspaces");

    /// <summary>Unpacked images, by name.</summary>
    public string Images => In("images");

    /// <summary>What job managers keep, a folder a backend.</summary>
    public string Backends => In("backends");

    public static DataDirectory FromEnvironment()
    {
        if (Environment.GetEnvironmentVariable("SCAILFIN_DATA") is { Length: > 0 } data)
            return new DataDirectory(data);
        string? xdg = Environment.GetEnvironmentVariable("XDG_DATA_HOME");
        string home = Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } value ? value : "/";
        return new DataDirectory(System.IO.Path.Combine(string.IsNullOrEmpty(xdg) ? System.IO.Path.Combine(home, ".local", "share") : xdg, "scailfin"));
    }

    public void Create() =>
        Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
