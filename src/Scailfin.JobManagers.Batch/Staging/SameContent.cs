using Scailfin.Core.Workspaces;

namespace Scailfin.JobManagers.Batch.Staging;

/// <summary>Compares two files, or two links, by what they hold.</summary>
internal static class SameContent
{
    public static bool Of(DirectoryHandle first, string firstName, DirectoryHandle second, string secondName)
    {
        if (first.Look(firstName) is not { } one || second.Look(secondName) is not { } other || one.Kind != other.Kind)
            return false;
        if (one.Kind == FileKind.Link)
            return first.ReadLink(firstName) == second.ReadLink(secondName);
        if (one.Size != other.Size)
            return false;
        using PlainFileStream? some = first.OpenFile(firstName);
        using PlainFileStream? same = second.OpenFile(secondName);
        return some is not null && same is not null && Of(some, same);
    }

    private static bool Of(PlainFileStream one, PlainFileStream other)
    {
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
