using System.Diagnostics;
using System.Text;
using Scailfin.Testing;

namespace Scailfin.EndToEnd.Tests;

/// <summary>A data folder of its own; with it goes every process that has to do with it.</summary>
internal sealed class ServiceFolder : IAsyncDisposable
{
    public ServiceFolder(int inFlight = 4)
    {
        Directory.CreateDirectory(Data);
        File.WriteAllText(Path.Combine(Data, PublishedProgram.FaultPointsAllowed), "");
        File.WriteAllText(
            BackendsFile,
            $"backends:\n  local:\n    kind: local\n    in_flight: {inFlight}\n    stop_grace_s: 2\n    runtimes:\n      - none\n");
    }

    /// <summary>With one backend: the cluster that this kubeconfig leads to.</summary>
    public static ServiceFolder OfKubernetes(string kubeconfig)
    {
        var folder = new ServiceFolder();
        File.WriteAllText(folder.Kubeconfig, kubeconfig);
        File.WriteAllText(
            folder.BackendsFile, $"backends:\n  kubernetes:\n    kind: kubernetes\n    kubeconfig: {folder.Kubeconfig}\n");
        return folder;
    }

    /// <summary>The database of this folder's services, as SCAILFIN_DATABASE takes it; empty for the embedded one.</summary>
    public string Database { get; init; } = "";

    /// <summary>More variables of every program that works on this folder.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> More { get; init; } = [];

    private string Root { get; } = Directory.CreateTempSubdirectory("scailfin-e2e-").FullName;

    public string Data => Path.Combine(Root, "data");

    public string BackendsFile => Path.Combine(Root, "backends.yaml");

    public string Kubeconfig => Path.Combine(Root, "kubeconfig");

    public string AddressFile => Path.Combine(Data, "service.url");

    public string TokenFile => Path.Combine(Data, "admin.token");

    public string Log => Path.Combine(Root, "service.log");

    /// <summary>Processes of this folder that live now.</summary>
    public IReadOnlyList<int> Processes => ProcessTable.Of(Root);

    /// <summary>A new workspace, of the administrator's if no other user is named.</summary>
    public string Workspace(string name, string user = "admin") =>
        Directory.CreateDirectory(Path.Combine(Data, "workspaces", user, name)).FullName;

    /// <summary>The variables of every program that works on this folder.</summary>
    public Dictionary<string, string> Variables() => new(More, StringComparer.Ordinal)
    {
        ["SCAILFIN_DATA"] = Data,
        ["SCAILFIN_LISTEN"] = "http://127.0.0.1:0",
        ["SCAILFIN_BACKENDS"] = BackendsFile,
        ["SCAILFIN_DATABASE"] = Database,
        ["SCAILFIN_URL"] = "",
        ["SCAILFIN_TEST_KILL_AT"] = "",
    };

    public string ReadLog() => File.Exists(Log) ? File.ReadAllText(Log, Encoding.UTF8) : "";

    /// <summary>Waits for the end of a run, for as long as it or one of its steps writes something.</summary>
    public Task RunEndsAsync(Process run) => Eventually.TrueAsync(() => run.HasExited, "the run ends", () => $"{Written()} bytes");

    /// <summary>Waits until nothing of this folder is alive but so many services.</summary>
    public Task OnlyServicesAreLeftAsync(int services) =>
        Eventually.TrueAsync(
            () => Processes.Count == services, $"of the folder's processes {services} are left alive", () => Processes.Count);

    public async ValueTask DisposeAsync()
    {
        await ProcessTable.KillAllAsync(Root);
        Directory.Delete(Root, recursive: true);
    }

    /// <summary>How much the log and the files of workspaces hold.</summary>
    private long Written()
    {
        var workspaces = new DirectoryInfo(Path.Combine(Data, "workspaces"));
        IEnumerable<FileInfo> files = workspaces.Exists ? workspaces.EnumerateFiles("*", SearchOption.AllDirectories) : [];
        return files.Append(new FileInfo(Log)).Sum(LengthOf);
    }

    private static long LengthOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
