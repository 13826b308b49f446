using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Scailfin.JobController.JobCache;

/// <summary>MD5 in hexadecimal: what the cache's rows hold (contract C.14). Nothing is protected by it.</summary>
internal static class UpstreamDigest
{
    [SuppressMessage(
        "Security", "CA5351:Do not use broken cryptographic algorithms", Justification = "The stored rows have it; it protects nothing.")]
    public static string Of(ReadOnlySpan<byte> data)
    {
        Span<byte> hash = stackalloc byte[MD5.HashSizeInBytes];
        MD5.HashData(data, hash);
        return Convert.ToHexStringLower(hash);
    }

    public static string OfText(string ascii) => Of(Encoding.ASCII.GetBytes(ascii));
}
