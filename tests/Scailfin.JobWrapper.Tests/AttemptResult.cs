using System.Formats.Tar;
using System.Text;
using Scailfin.JobWrapper.Receipts;

namespace Scailfin.JobWrapper.Tests;

/// <summary>What an attempt left behind in its directory.</summary>
public sealed record AttemptResult(
    int ExitCode, string Output, string Complaints, string StandardOutput, Receipt? Receipt, IReadOnlyDictionary<string, TarEntry> Archive)
{
    /// <summary>Where it was.</summary>
    public required string Folder { get; init; }

    /// <summary>Processes of its session that stayed.</summary>
    public string Left => Text("left");

    public string Text(string file) => ReadText(Path.Combine(Folder, file));

    public static AttemptResult Read(string folder)
    {
        var files = new WrapperFiles(folder);
        return new AttemptResult(
            int.Parse(File.ReadAllText(Path.Combine(folder, "code"))),
            ReadText(files.Output),
            ReadText(files.Complaints),
            ReadText(Path.Combine(folder, "stdout")) + ReadText(Path.Combine(folder, "stderr")),
            Receipt.Read(files.Receipt),
            ReadArchive(files.OutputArchive))
        {
            Folder = folder,
        };
    }

    public string FileText(string name) => Archive.TryGetValue(name, out TarEntry? entry) && entry.DataStream is { } data ? Text(data) : "";

    public override string ToString() =>
        $"{Path.GetFileName(Folder)}: exit code {ExitCode}, receipt {Receipt}\noutput: {Output}\ncomplaints: {Complaints}\n"
            + $"standard output: {StandardOutput}\narchive: {string.Join(' ', Archive.Keys)}";

    private static string ReadText(string path) => File.Exists(path) ? File.ReadAllText(path) : "";

    private static string Text(Stream data)
    {
        data.Position = 0;
        using var reader = new StreamReader(data, Encoding.UTF8, leaveOpen: true);
        return reader.ReadToEnd();
    }

    private static Dictionary<string, TarEntry> ReadArchive(string path)
    {
        var entries = new Dictionary<string, TarEntry>(StringComparer.Ordinal);
        if (!File.Exists(path))
            return entries;
        using var reader = new TarReader(File.OpenRead(path));
        while (reader.GetNextEntry(copyData: true) is { } entry)
            entries[entry.Name.TrimEnd('/')[2..]] = entry;
        return entries;
    }
}
