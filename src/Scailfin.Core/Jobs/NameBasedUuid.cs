using System.Security.Cryptography;
using System.Text;

namespace Scailfin.Core.Jobs;

/// <summary>UUIDs that follow from a name (UUIDv5; RFC 9562, section 5.5): the same name gives the same id.</summary>
public static class NameBasedUuid
{
    /// <summary>The id of a name in a space of names.</summary>
    public static Guid Of(Guid space, string name)
    {
        byte[] input = [.. space.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(name)];
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // RFC 9562 requires SHA-1; no secret depends on it.
        SHA1.HashData(input, hash);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
