using System.Text;
using Scailfin.JobManagers.HTCondor.Attempts;

namespace Scailfin.JobManagers.HTCondor.Staging;

/// <summary>The last line that a wrapper without a receipt, or the shell that read it, left behind.</summary>
internal static class LastWords
{
    private const int Most = 500;

    public static string Of(AttemptPlace place) => Line(place.Files.Complaints) is { Length: > 0 } line ? line : Line(place.Errors);

    private static string Line(string path)
    {
        if (!PlainFile.Is(path))
            return "";
        using FileStream file = File.OpenRead(path);
        file.Seek(-Math.Min(file.Length, Most), SeekOrigin.End);
        byte[] end = new byte[Most];
        int read = file.ReadAtLeast(end, end.Length, throwOnEndOfStream: false);
        string last = Encoding.UTF8.GetString(end, 0, read).TrimEnd().Split('\n')[^1];
        return string.Concat(last.Select(letter => char.IsControl(letter) ? ' ' : letter)).Trim();
    }
}
