using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Scailfin.Core.Workspaces;

namespace Scailfin.JobManagers.Batch.Staging;

/// <summary>
/// Reads an archive of tar (ustar, GNU or pax headers) with its names as bytes: the framework's reader makes text of them. An archive has
/// to have an end, a block of zeros: so an archive that was cut between two entries is not taken for a complete one.
/// </summary>
/// <remarks>
/// https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html and
/// https://www.gnu.org/software/tar/manual/html_node/Standard.html
/// </remarks>
internal sealed class TarInput(Stream archive)
{
    private const int LongestHeader = 1 << 20;

    private readonly byte[] _header = new byte[TarEntry.Block];
    private long _left;

    /// <summary>The next entry; null at the archive's end. What was not read of the last one is passed over.</summary>
    /// <exception cref="InvalidDataException">The archive is damaged, or has no end.</exception>
    public TarEntry? Next()
    {
        var extended = new Dictionary<string, string>(StringComparer.Ordinal);
        while (true)
        {
            Skip();
            ReadBlock();
            if (_header.AsSpan().IndexOfAnyExcept((byte)0) < 0)
                return null;
            CheckSum();
            long size = Number(124, 12);
            char type = (char)_header[156];
            _left = TarEntry.Padded(size);
            switch (type)
            {
                case 'x':
                    ReadRecords(Content(size), extended);
                    break;
                case 'L':
                    extended["path"] = Text(Content(size));
                    break;
                case 'K':
                    extended["linkpath"] = Text(Content(size));
                    break;
                case 'g':
                    break;
                default:
                    return Entry(type, size, extended);
            }
        }
    }

    /// <summary>Writes the content of the entry that was read last.</summary>
    public void CopyTo(Stream target, long size)
    {
        byte[] buffer = new byte[64 << 10];
        for (long left = size; left > 0;)
        {
            int read = archive.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            if (read == 0)
                throw new InvalidDataException("it ends in the middle of a file");
            target.Write(buffer, 0, read);
            left -= read;
            _left -= read;
        }
    }

    private TarEntry Entry(char type, long size, Dictionary<string, string> extended)
    {
        string prefix = _header.AsSpan(257, 6).SequenceEqual("ustar\0"u8) ? Text(_header.AsSpan(345, 155)) : "";
        string name = Text(_header.AsSpan(0, 100));
        if (extended.TryGetValue("size", out string? digits))
        {
            if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out size))
                throw new InvalidDataException("the size in an extended header is not a number");
            _left = TarEntry.Padded(size);
        }

        // Directories, links and devices have no content: the size in the header is ignored.
        if (type is '1' or '2' or '3' or '4' or '5' or '6')
            size = _left = 0;
        return new TarEntry(
            type,
            extended.GetValueOrDefault("path") ?? (prefix.Length > 0 ? $"{prefix}/{name}" : name),
            extended.GetValueOrDefault("linkpath") ?? Text(_header.AsSpan(157, 100)),
            size,
            (UnixFileMode)(Number(100, 8) & 0xFFF),
            DateTime.UnixEpoch.AddSeconds(Seconds(extended)));
    }

    private double Seconds(Dictionary<string, string> extended)
    {
        double seconds = extended.TryGetValue("mtime", out string? text)
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double exact) ? exact : Number(136, 12);
        return Math.Clamp(seconds, -62_000_000_000, 250_000_000_000);
    }

    private void Skip()
    {
        byte[] buffer = _left > 0 ? new byte[(int)Math.Min(_left, 64 << 10)] : [];
        while (_left > 0)
        {
            int read = archive.Read(buffer, 0, (int)Math.Min(_left, buffer.Length));
            if (read == 0)
                throw new InvalidDataException("it ends in the middle of a file");
            _left -= read;
        }
    }

    private void ReadBlock()
    {
        int read = archive.ReadAtLeast(_header, _header.Length, throwOnEndOfStream: false);
        if (read < _header.Length)
            throw new InvalidDataException(read == 0 ? "it has no end" : "it ends in the middle of a header");
    }

    private void CheckSum()
    {
        long sum = 0;
        for (int at = 0; at < _header.Length; at++)
            sum += at is >= 148 and < 156 ? ' ' : _header[at];
        if (sum != Number(148, 8))
            throw new InvalidDataException("the checksum of a header is wrong");
    }

    private byte[] Content(long size)
    {
        if (size is < 0 or > LongestHeader)
            throw new InvalidDataException("a header is too long");
        var content = new MemoryStream();
        CopyTo(content, size);
        return content.ToArray();
    }

    /// <summary>Records of the form <c>LENGTH NAME=VALUE</c> and a line break; the length counts all of it.</summary>
    private static void ReadRecords(ReadOnlySpan<byte> records, Dictionary<string, string> extended)
    {
        while (!records.IsEmpty)
        {
            int blank = records.IndexOf((byte)' ');
            if (blank <= 0
                || !int.TryParse(records[..blank], NumberStyles.None, CultureInfo.InvariantCulture, out int length)
                || length <= blank || length > records.Length)
                throw new InvalidDataException("an extended header is damaged");
            ReadOnlySpan<byte> record = records[(blank + 1)..length];
            int sign = record.IndexOf((byte)'=');
            if (sign <= 0 || record[^1] != '\n')
                throw new InvalidDataException("an extended header is damaged");
            extended[Encoding.ASCII.GetString(record[..sign])] = RawName.Of(record[(sign + 1)..^1]);
            records = records[length..];
        }
    }

    private static string Text(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        return RawName.Of(end < 0 ? field : field[..end]);
    }

    /// <summary>Octal digits or, with the first bit set, a binary number.</summary>
    private long Number(int at, int length)
    {
        ReadOnlySpan<byte> field = _header.AsSpan(at, length);
        if ((field[0] & 0x80) != 0)
            return BinaryPrimitives.ReadInt64BigEndian(field[^8..]);
        long number = 0;
        foreach (byte digit in field.Trim(" \0"u8))
        {
            if (digit is < (byte)'0' or > (byte)'7')
                throw new InvalidDataException("a header has an invalid number");
            number = (number * 8) + (digit - '0');
        }

        return number;
    }
}
