using Scailfin.JobManagers.Batch.Attempts;

namespace Scailfin.JobManagers.Batch.Staging;

/// <summary>Compares two files, or two links, by what they hold.</summary>
internal static class SameContent
{
    public static bool Of(string first, string second)
    {
        string? target = new FileInfo(first).LinkTarget;
        if (target is not null || new FileInfo(second).LinkTarget is not null)
            return target == new FileInfo(second).LinkTarget;
        if (!PlainFile.Is(second) || new FileInfo(first).Length != new FileInfo(second).Length)
            return false;
        using FileStream one = File.OpenRead(first);
        using FileStream other = File.OpenRead(second);
        Span<byte> some = new byte[1 << 16];
        Span<byte> same = new byte[1 << 16];
        while (one.ReadAtLeast(some, some.Length, throwOnEndOfStream: false) is > 0 and var read)
        {
            if (other.ReadAtLeast(same[..read], read, throwOnEndOfStream: false) != read || !some[..read].SequenceEqual(same[..read]))
                return false;
        }

        return true;
    }
}
