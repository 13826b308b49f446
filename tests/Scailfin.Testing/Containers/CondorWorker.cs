using System.Runtime.InteropServices;

namespace Scailfin.Testing.Containers;

/// <summary>
/// The published program htcondor-net-worker, which runs inside the containers, where HTCondor's library is: SCAILFIN_TEST_CONDOR_WORKER
/// names it. Without that, it is published here once for each run (not natively, which takes long); in CI it has to be there.
/// </summary>
public static class CondorWorker
{
    private const string Variable = "SCAILFIN_TEST_CONDOR_WORKER";
    private const string Name = "htcondor-net-worker";
    private static readonly Lazy<Task<string>> Published = new(PublishAsync);

    /// <summary>Puts the program into a site's shared folder.</summary>
    /// <returns>Its path, inside as outside.</returns>
    public static async Task<string> InstallAsync(HpcContainer site)
    {
        await site.StartAsync();
        string program = await Published.Value;
        string target = Path.Combine(site.Folder, "worker");
        string source = Path.GetDirectoryName(program)!;
        // A native program is one file; any other needs what is beside it.
        string[] files = File.Exists(program + ".dll") ? Directory.GetFiles(source) : [program];
        lock (Published)
        {
            Directory.CreateDirectory(target);
            foreach (string file in files.Where(file => !File.Exists(Path.Combine(target, Path.GetFileName(file)))))
                File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }

        return Path.Combine(target, Name);
    }

    private static async Task<string> PublishAsync()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path)
            return File.Exists(path)
                ? Path.GetFullPath(path)
                : throw new InvalidOperationException($"{Variable} is {path}, which is not there.");
        if (Environment.GetEnvironmentVariable("CI") == "true")
            throw new InvalidOperationException($"{Variable} does not name the published {Name}.");

        string root = Root();
        string target = Path.Combine(root, "artifacts", "condor-worker");
        Directory.CreateDirectory(Path.Combine(root, "artifacts"));
        await using FileStream alone = await LockAsync(target + ".lock");
        string machine = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "linux-arm64" : "linux-x64";
        CommandResult result = await BoundedProcess.RunAsync(
            [
                "dotnet", "publish", Path.Combine(root, "src", "HTCondor.Net.Worker"), "-c", "Release", "-r", machine, "--self-contained",
                "-o", target,
            ],
            "",
            TimeSpan.FromMinutes(30));
        result.OutputOfSuccess();
        return Path.Combine(target, Name);
    }

    /// <summary>Test assemblies run beside each other.</summary>
    private static async Task<FileStream> LockAsync(string path)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System);
            }
        }
    }

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Scailfin.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder
            ?? throw new InvalidOperationException($"{Variable} is not set, and Scailfin.sln is not above {AppContext.BaseDirectory}.");
    }
}
