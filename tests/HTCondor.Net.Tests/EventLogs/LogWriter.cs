using System.Globalization;

namespace HTCondor.Net.Tests.EventLogs;

/// <summary>
/// Writes a log as HTCondor does, and rotates it as its global event log is rotated: by renaming, the header written again.
/// </summary>
internal sealed class LogWriter(string path, int rotations) : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateDirectory(Path.GetDirectoryName(path)!);
    private int _sequence;

    public static string TemporaryPath() => Path.Combine(Path.GetTempPath(), "scailfin-log-" + Guid.NewGuid().ToString("N"), "EventLog");

    public static string Event(int number, int cluster, int proc, string headline, params string[] body) => string.Create(
        CultureInfo.InvariantCulture,
        $"{number:000} ({cluster:000}.{proc:000}.000) 2026-11-24 22:30:03 {headline}\n"
            + $"{string.Concat(body.Select(line => $"\t{line}\n"))}...\n");

    public void Append(string text) => File.AppendAllText(path, text);

    /// <summary>The new file begins with a header.</summary>
    public void Rotate()
    {
        if (File.Exists(path))
        {
            if (_sequence > 0)
                WriteHeader(final: true);
            for (int number = rotations; number > 1; number--)
            {
                if (File.Exists($"{path}.{number - 1}"))
                    File.Move($"{path}.{number - 1}", $"{path}.{number}", overwrite: true);
            }

            File.Move(path, rotations == 1 ? path + ".old" : path + ".1", overwrite: true);
        }

        _sequence++;
        WriteHeader(final: false);
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private void WriteHeader(bool final)
    {
        string header = ($"Global JobLog: ctime=1795557949 id=0.21.1795557949.{_sequence} sequence={_sequence} "
            + $"size={(final ? 12345 : 0)} events={(final ? 99 : 0)}").PadRight(200);
        using FileStream file = new(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        file.Write(System.Text.Encoding.ASCII.GetBytes(Event(8, 0, 0, header)));
    }
}
