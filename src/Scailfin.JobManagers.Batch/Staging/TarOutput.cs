using System.Buffers.Binary;
using System.Text;
using Scailfin.Core.Workspaces;

namespace Scailfin.JobManagers.Batch.Staging;

/// <summary>
/// Writes an archive of tar in GNU's format, the one in which names are bytes of any length and every tar reads them.
/// </summary>
internal sealed class TarOutput(Stream archive) : IDisposable
{
    private const long LargestOctal = (1L << 33) - 1;

    private static readonly byte[] Zeros = new byte[2 * TarEntry.Block];

    /// <summary>Writes an entry, with as much of the content as its size says; zeros if there is less.</summary>
    public void Write(TarEntry entry, Stream? content = null)
    {
        WriteFraction(entry.ModifiedAt);
        WriteLong('K', entry.LinkName);
        WriteLong('L', entry.Name);
        WriteHeader(entry);
        if (content is null)
            return;
        byte[] buffer = new byte[64 << 10];
        long left = entry.Size;
        while (left > 0 && content.Read(buffer, 0, (int)Math.Min(left, buffer.Length)) is > 0 and int read)
        {
            archive.Write(buffer, 0, read);
            left -= read;
        }

        Fill(left + TarEntry.Padded(entry.Size) - entry.Size);
    }

    /// <summary>Writes the archive's end.</summary>
    public void Dispose() => archive.Write(Zeros);

    /// <summary>GNU's header has whole seconds; what is built by time needs the rest.</summary>
    private void WriteFraction(DateTime time)
    {
        long ticks = time.Ticks - DateTime.UnixEpoch.Ticks;
        if (ticks <= 0 || ticks % TimeSpan.TicksPerSecond == 0)
            return;
        string seconds = $"{ticks / TimeSpan.TicksPerSecond}.{ticks % TimeSpan.TicksPerSecond:0000000}";

        // A pax record's length includes its own digits, which are always two here.
        string record = $" mtime={seconds}\n";
        WriteExtra('x', Encoding.ASCII.GetBytes($"{record.Length + 2}{record}"));
    }

    private void WriteLong(char type, string name)
    {
        byte[] bytes = RawName.Bytes(name + '\0');
        if (bytes.Length > 101)
            WriteExtra(type, bytes);
    }

    private void WriteExtra(char type, byte[] content)
    {
        WriteHeader(new TarEntry(type, "././@LongLink", "", content.Length, UnixFileMode.None, DateTime.UnixEpoch));
        archive.Write(content);
        Fill(TarEntry.Padded(content.Length) - content.Length);
    }

    private void WriteHeader(TarEntry entry)
    {
        byte[] header = new byte[TarEntry.Block];
        Put(header, 0, 100, RawName.Bytes(entry.Name));
        PutNumber(header, 100, 8, (long)entry.Mode);
        PutNumber(header, 108, 8, 0);
        PutNumber(header, 116, 8, 0);
        PutNumber(header, 124, 12, entry.Size);
        PutNumber(header, 136, 12, Math.Max(0, (entry.ModifiedAt.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond));
        header.AsSpan(148, 8).Fill((byte)' ');
        header[156] = (byte)entry.Type;
        Put(header, 157, 100, RawName.Bytes(entry.LinkName));
        "ustar  \0"u8.CopyTo(header.AsSpan(257));
        PutNumber(header, 148, 7, header.Sum(one => (long)one));
        archive.Write(header);
    }

    private static void Put(byte[] header, int at, int length, byte[] text) =>
        text.AsSpan(0, Math.Min(length, text.Length)).CopyTo(header.AsSpan(at));

    private static void PutNumber(byte[] header, int at, int length, long number)
    {
        if (length == 12 && number > LargestOctal)
        {
            BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(at + 4), number);
            header[at] = 0x80;
            return;
        }

        string octal = Convert.ToString(number, 8).PadLeft(length - 1, '0');
        Encoding.ASCII.GetBytes(octal).CopyTo(header, at);
        header[at + length - 1] = 0;
    }

    private void Fill(long count)
    {
        for (; count > 0; count -= Zeros.Length)
            archive.Write(Zeros, 0, (int)Math.Min(count, Zeros.Length));
    }
}
