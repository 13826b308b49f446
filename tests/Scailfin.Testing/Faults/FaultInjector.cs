using System.Diagnostics;
using System.IO.MemoryMappedFiles;
using System.Text;
using Xunit;

namespace Scailfin.Testing.Faults;

/// <summary>An error of the operating system that a call on a file can end with.</summary>
public enum FileError
{
    /// <summary>EIO: the disk cannot be read or written.</summary>
    InputOutput = 5,

    /// <summary>EACCES: a permission is missing, such as on NFS without a ticket.</summary>
    NoPermission = 13,

    /// <summary>EMFILE: the process has no descriptor left.</summary>
    NoDescriptors = 24,

    /// <summary>ENOSPC: the disk is full.</summary>
    NoSpace = 28,

    /// <summary>ESTALE: the file server has forgotten the file.</summary>
    Stale = 116,
}

/// <summary>
/// Runs a program under <c>inject.c</c>, which collects the places where the program calls the operating system on the files beneath a root
/// and on those of processes, and lets the calls of a chosen place fail.
/// </summary>
public sealed class FaultInjector : IDisposable
{
    /// <summary>The control file, in the environment of a test that runs itself under the injector.</summary>
    public const string Variable = "SCAILFIN_TEST_FAULTS";

    private const int PlaceOffset = 20;
    private const int LongestPlace = 1024;

    private readonly HashSet<string> _met = new(StringComparer.Ordinal);
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _memory;

    /// <summary>Opens the control of an injector, and creates it if it does not exist.</summary>
    public FaultInjector(string control)
    {
        Control = control;
        _file = MemoryMappedFile.CreateFromFile(control, FileMode.OpenOrCreate, mapName: null, PlaceOffset + LongestPlace);
        _memory = _file.CreateViewAccessor();
    }

    /// <summary>The errors of the matrix.</summary>
    public static IReadOnlyList<FileError> Errors { get; } = Enum.GetValues<FileError>();

    /// <summary>The path of the control file.</summary>
    public string Control { get; }

    /// <summary>How many calls have failed since <see cref="Arm"/>.</summary>
    public int Hits => _memory.ReadInt32(8);

    /// <summary>How many faults were armed.</summary>
    public int Faults { get; private set; }

    /// <summary>The places that were met since <see cref="Begin"/>.</summary>
    public IReadOnlyList<string> Places => File.Exists($"{Control}.places") ? File.ReadAllLines($"{Control}.places") : [];

    /// <summary>How many places were met since the first <see cref="Begin"/>.</summary>
    public int Met => _met.Union(Places).Count();

    /// <summary>Begins the list of places anew.</summary>
    public void Begin()
    {
        _met.UnionWith(Places);
        _memory.Write(16, _memory.ReadInt32(16) + 1);
    }

    /// <summary>Lets the calls of a place fail.</summary>
    /// <param name="place">The place.</param>
    /// <param name="error">What they fail with.</param>
    /// <param name="once">Whether only the first call fails.</param>
    public void Arm(string place, FileError error, bool once = false)
    {
        Disarm();
        byte[] bytes = new byte[LongestPlace];
        Encoding.UTF8.GetBytes(place, bytes);
        _memory.WriteArray(PlaceOffset, bytes, 0, bytes.Length);
        _memory.Write(4, (int)error);
        _memory.Write(8, 0);
        _memory.Write(0, once ? 2 : 1);
        Faults++;
    }

    /// <summary>Lets all calls go on.</summary>
    public void Disarm() => _memory.Write(0, 0);

    /// <summary>Only calls of this process count, not those of the processes that it started.</summary>
    public void Only(int process) => _memory.Write(12, process);

    /// <summary>Runs a program under the injector; its exit code and what it printed.</summary>
    public async Task<(int Code, string Output)> RunAsync(
        string root, IReadOnlyList<string> command, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(await FaultProgram.PathAsync())
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in (IEnumerable<string>)[Control, root, .. command])
            start.ArgumentList.Add(argument);
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await errors);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _memory.Dispose();
        _file.Dispose();
    }
}
