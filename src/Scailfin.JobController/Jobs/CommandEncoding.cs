using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Scailfin.JobController.Jobs;

/// <summary>
/// <c>cmd</c> travels as base64 of UTF-8 (contract A.5). Clients rely on a lenient reader: Python's <c>b64decode</c> skips what is not in
/// the alphabet, and stops where a padded group is complete.
/// </summary>
internal static class CommandEncoding
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The command, or the rule that the encoded string breaks.</summary>
    public static bool TryDecode(string encoded, [NotNullWhen(true)] out string? command, [NotNullWhen(false)] out string? problem)
    {
        command = null;
        byte[] bytes = ArrayPool<byte>.Shared.Rent(Base64.GetMaxDecodedFromUtf8Length(encoded.Length) + 3);
        try
        {
            problem = Decode(encoded, bytes, out int length);
            if (problem is null)
                command = Strict.GetString(bytes, 0, length);
            return problem is null;
        }
        catch (DecoderFallbackException)
        {
            problem = "Not a valid command: what the base64 text encodes is not UTF-8.";
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private static string? Decode(string encoded, Span<byte> bytes, out int length)
    {
        length = 0;
        if (!Ascii.IsValid(encoded))
            return "Not a valid command: base64 text consists of ASCII characters only.";
        return Convert.TryFromBase64String(encoded, bytes, out length) ? null : DecodeLeniently(encoded, bytes, out length);
    }

    /// <summary>The rules of CPython's <c>binascii.a2b_base64</c> in its non-strict mode.</summary>
    private static string? DecodeLeniently(string encoded, Span<byte> bytes, out int length)
    {
        length = 0;
        int place = 0, pads = 0, left = 0;
        foreach (char letter in encoded)
        {
            if (letter == '=')
            {
                // Padding that completes a group ends the base64 text; all characters after it are ignored.
                if (place >= 2 && place + ++pads >= 4)
                    return null;
                continue;
            }

            if (Value(letter) is not { } six)
                continue;
            pads = 0;
            left = (left << 6) | six;
            if (place > 0)
                bytes[length++] = (byte)(left >> (6 - (2 * place)));
            place = (place + 1) % 4;
        }

        return place switch
        {
            0 => null,
            1 => "Not a valid command: the number of base64 characters cannot be 1 more than a multiple of 4.",
            _ => "Not a valid command: incorrect base64 padding.",
        };
    }

    private static int? Value(char letter) => letter switch
    {
        >= 'A' and <= 'Z' => letter - 'A',
        >= 'a' and <= 'z' => letter - 'a' + 26,
        >= '0' and <= '9' => letter - '0' + 52,
        '+' => 62,
        '/' => 63,
        _ => null,
    };
}
