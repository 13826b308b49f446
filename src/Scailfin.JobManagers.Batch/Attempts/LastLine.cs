using System.Text;
using Microsoft.Win32.SafeHandles;
using Scailfin.Core.Workspaces;

namespace Scailfin.JobManagers.Batch.Attempts;

/// <summary>The last line that a wrapper without a receipt, or the shell that read it, left behind.</summary>
internal static class LastLine
{
    private const int Most = 500;

    /// <summary>Returns the last line of the first file that has one; empty if none has.</summary>
    public static string Of(params string?[] paths) => paths.OfType<string>().Select(Line).FirstOrDefault(line => line.Length > 0, "");

    private static string Line(string path)
    {
        ReadOnlyMemory<byte> end;
        try
        {
            using SafeFileHandle? file = RegularFile.OpenUnlinked(path);
            end = file is null ? default : RegularFile.ReadAt(file, Math.Max(0, RegularFile.LengthOf(file) - Most), Most);
        }
        catch (NotARegularFileException)
        {
            return "";
        }

        string last = Encoding.UTF8.GetString(end.Span).TrimEnd().Split('\n')[^1];
        return string.Concat(last.Select(letter => char.IsControl(letter) ? ' ' : letter)).Trim();
    }
}
