using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static Scailfin.Core.Workspaces.FileCalls;

namespace Scailfin.Core.Workspaces;

/// <summary>
/// Finds the owner of a directory. A link on its path is followed only if root or that owner made it: a user who puts a link to another
/// user's directory in the place of his own is not taken for that other user.
/// </summary>
public static class PathOwner
{
    private const int FileTypeMask = 0xF000;
    private const int DirectoryType = 0x4000;
    private const int LinkType = 0xA000;

    /// <summary>The most links in one path, as in Linux.</summary>
    private const int MostLinks = 40;

    /// <summary>Returns user and group of the directory that an absolute path leads to.</summary>
    /// <exception cref="IOException">
    /// The path leads to no directory, cannot be looked at, or goes through a link of a user who is neither root nor the directory's owner.
    /// </exception>
    public static (uint User, uint Group) Of(string path)
    {
        var parts = new Stack<string>(Backwards(RawName.Of(path)));
        var makers = new List<(string Link, uint User)>();

        // The open directories from the root down: '..' goes up among them.
        var at = new Stack<SafeFileHandle>([Open(null, "/", path)]);
        try
        {
            while (parts.TryPop(out string? part))
            {
                if (part == ".")
                    continue;
                if (part == "..")
                {
                    if (at.Count > 1)
                        at.Pop().Dispose();
                    continue;
                }

                SafeFileHandle next = Open(at.Peek(), part, path);
                (int type, uint user, _) = StatusOf(next, path);
                if (type != LinkType)
                {
                    at.Push(next);
                    continue;
                }

                string target = TargetOf(next, path);
                next.Dispose();
                makers.Add((part, user));
                if (makers.Count > MostLinks)
                    throw new IOException($"The links of {path} go round in a circle.");
                while (target.StartsWith('/') && at.Count > 1)
                    at.Pop().Dispose();
                foreach (string inner in Backwards(target))
                    parts.Push(inner);
            }

            (int kind, uint owner, uint group) = StatusOf(at.Peek(), path);
            if (kind != DirectoryType)
                throw new IOException($"{path} is not a directory.");
            foreach ((string link, uint maker) in makers)
            {
                if (maker != 0 && maker != owner)
                {
                    throw new IOException(
                        $"{path} leads through '{RawName.Show(link)}', a link of user {maker}, to a directory of user {owner}.");
                }
            }

            return (owner, group);
        }
        finally
        {
            foreach (SafeFileHandle handle in at)
                handle.Dispose();
        }
    }

    private static IEnumerable<string> Backwards(string path) =>
        Enumerable.Reverse(path.Split('/', StringSplitOptions.RemoveEmptyEntries));

    private static SafeFileHandle Open(SafeFileHandle? directory, string name, string path)
    {
        int at = directory is null ? CurrentDirectory : (int)directory.DangerousGetHandle();
        int descriptor = SysOpenAt(at, Bytes(name), PathOnly | NoFollow | CloseOnExec, 0);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failure(path);
    }

    private static (int Type, uint User, uint Group) StatusOf(SafeFileHandle handle, string path)
    {
        Span<byte> status = stackalloc byte[256];
        if (SysStatx((int)handle.DangerousGetHandle(), Bytes(""), OfDescriptor, BasicStatus, status) != 0)
            throw Failure(path);
        return (
            BinaryPrimitives.ReadUInt16LittleEndian(status[28..]) & FileTypeMask,
            BinaryPrimitives.ReadUInt32LittleEndian(status[20..]),
            BinaryPrimitives.ReadUInt32LittleEndian(status[24..]));
    }

    private static string TargetOf(SafeFileHandle link, string path)
    {
        byte[] target = new byte[4096];
        nint length = SysReadLinkAt((int)link.DangerousGetHandle(), Bytes(""), target, target.Length);
        return length >= 0 ? RawName.Of(target.AsSpan(0, (int)length)) : throw Failure(path);
    }

    private static byte[] Bytes(string raw) => RawName.Bytes(raw + '\0');

    private static IOException Failure(string path)
    {
        int error = Marshal.GetLastPInvokeError();
        return new IOException($"{path} cannot be looked at: {Marshal.GetPInvokeErrorMessage(error)}.", error);
    }
}
