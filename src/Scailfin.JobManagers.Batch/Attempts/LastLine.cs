using System.Text;
using Microsoft.Win32.SafeHandles;
using Scailfin.Core.Workspaces;

namespace Scailfin.JobManagers.Batch.Attempts;

/// <summary>The last line that a wrapper without a receipt, or the shell that read it, left behind.</summary>
internal static class LastLine
{
    private const int Most = 500;

    /// <summary>The beginning of the wrapper's own lines in a job's main stream.</summary>
    private const string OfWrapper = "[Error] ";

    /// <summary>Returns the last line of the first file that has one; empty if none has.</summary>
    /// <param name="own">Files that hold nothing but the lines of wrapper and shell.</param>
    /// <param name="streams">Files in which the step's lines come before the wrapper's.</param>
    public static string Of(string?[] own, string?[] streams) => own.OfType<string>().Select(Line)
        .Concat(streams.OfType<string>().Select(Line)
            .Where(line => line.StartsWith(OfWrapper, StringComparison.Ordinal))
            .Select(line => line[OfWrapper.Length..]))
        .FirstOrDefault(line => line.Length > 0, "");

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
