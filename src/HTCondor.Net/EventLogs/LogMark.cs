using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;

namespace HTCondor.Net.EventLogs;

/// <summary>A digest of some bytes of a log, by which they are known again.</summary>
/// <param name="Length">The number of bytes.</param>
/// <param name="Digest">The first half of the bytes' SHA-256.</param>
internal sealed record LogMark(int Length, string Digest)
{
    private const int DigestBytes = 16;

    public static LogMark Nothing { get; } = new(0, "");

    public static LogMark Of(ReadOnlySpan<byte> bytes) =>
        bytes.IsEmpty ? Nothing : new LogMark(bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, DigestBytes)));

    public override string ToString() => Length == 0 ? "0" : string.Create(CultureInfo.InvariantCulture, $"{Length}.{Digest}");

    public static bool TryParse(string text, [NotNullWhen(true)] out LogMark? mark)
    {
        mark = text == "0" ? Nothing : null;
        if (text.Split('.') is [var length, { Length: DigestBytes * 2 } digest]
            && int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            mark = new LogMark(number, digest);
        return mark is not null;
    }
}
