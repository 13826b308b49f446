using Scailfin.Testing.Containers;

namespace Scailfin.EndToEnd.Tests.Chart;

/// <summary>A copy of the chart that a test may change.</summary>
internal sealed class ChartCopy : IDisposable
{
    private ChartCopy(string folder) => Folder = folder;

    public string Folder { get; }

    public static async Task<ChartCopy> MakeAsync()
    {
        var copy = new ChartCopy(Directory.CreateTempSubdirectory("scailfin-chart-").FullName);
        (await BoundedProcess.RunAsync(["cp", "-r", Helm.Chart + "/.", copy.Folder], "", TimeSpan.FromMinutes(1))).OutputOfSuccess();
        return copy;
    }

    /// <summary>Rewrites a file of the chart.</summary>
    public async Task ChangeAsync(string file, Func<string, string> change)
    {
        string path = Path.Combine(Folder, file);
        await File.WriteAllTextAsync(path, change(File.Exists(path) ? await File.ReadAllTextAsync(path) : ""));
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
