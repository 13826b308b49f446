using System.Text;

namespace HTCondor.Net.ClassAds;

/// <summary>Escapes of strings in the new notation: HTCondor writes bytes that are not ASCII as octal numbers.</summary>
internal static class ClassAdEscapes
{
    /// <summary>Decodes the escapes; null if the result contains a NUL.</summary>
    public static string? Undo(string raw)
    {
        if (!raw.Contains('\\', StringComparison.Ordinal))
            return raw;
        byte[] bytes = Encoding.UTF8.GetBytes(raw);
        int length = 0;
        for (int at = 0; at < bytes.Length; at++)
        {
            if (bytes[at] != '\\' || at + 1 == bytes.Length)
            {
                bytes[length++] = bytes[at];
                continue;
            }

            at++;
            if (bytes[at] is >= (byte)'0' and <= (byte)'7')
            {
                int most = bytes[at] <= '3' ? at + 3 : at + 2;
                int number = 0;
                while (at < bytes.Length && at < most && bytes[at] is >= (byte)'0' and <= (byte)'7')
                    number = (number * 8) + (bytes[at++] - '0');
                at--;
                if (number == 0)
                    return null;
                bytes[length++] = (byte)number;
            }
            else
            {
                bytes[length++] = Meaning(bytes[at]);
            }
        }

        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    private static byte Meaning(byte letter) => letter switch
    {
        (byte)'a' => 7,
        (byte)'b' => (byte)'\b',
        (byte)'f' => (byte)'\f',
        (byte)'n' => (byte)'\n',
        (byte)'r' => (byte)'\r',
        (byte)'t' => (byte)'\t',
        (byte)'v' => (byte)'\v',
        _ => letter,
    };
}
