using System.Text;

namespace Scailfin.JobManagers.Batch.Attempts;

/// <summary>The last line that a wrapper without a receipt, or the shell that read it, left behind.</summary>
internal static class LastLine
{
    private const int Most = 500;

    /// <summary>Returns the last line of the first file that has one; empty if none has.</summary>
    public static string Of(params string?[] paths) => paths.OfType<string>().Select(Line).FirstOrDefault(line => line.Length > 0, "");

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
