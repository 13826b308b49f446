using System.Text;

namespace Scailfin.Core.Workspaces;

/// <summary>
/// Names of files are bytes, and need not be text. A raw name is a string with one character (0 to 255) for each byte, so that no name is
/// lost or changed on its way from one directory to another.
/// </summary>
public static class RawName
{
    private const int LongestShown = 200;

    /// <summary>Converts a string to a raw name: the bytes of its UTF-8.</summary>
    public static string Of(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    /// <summary>The bytes of a raw name.</summary>
    public static byte[] Bytes(string raw) => Encoding.Latin1.GetBytes(raw);

    /// <summary>Converts bytes to a raw name.</summary>
    public static string Of(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    /// <summary>Formats the name for people: invalid UTF-8 and control characters become question marks; long names are cut.</summary>
    public static string Show(string raw)
    {
        string text = Encoding.UTF8.GetString(Bytes(raw)).Replace('\uFFFD', '?');
        return string.Concat(text.Take(LongestShown).Select(letter => char.IsControl(letter) ? '?' : letter));
    }
}
