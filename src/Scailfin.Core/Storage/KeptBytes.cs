using System.IO.Compression;
using System.Text;
using Scailfin.Core.Jobs;

namespace Scailfin.Core.Storage;

/// <summary>The compressed texts of one specification. Its <see cref="SpecMemory"/> counts them; the lock is there.</summary>
internal sealed class KeptBytes(SpecMemory memory, JobId id, SpecTexts texts) : IKeptTexts
{
    private volatile byte[] _zipped = Zip(texts);

    /// <inheritdoc/>
    public string Name { get; } = id.ToString();

    /// <inheritdoc/>
    public long Length { get; } = texts.Length;

    /// <summary>Bytes in use.</summary>
    public long Size => _zipped.Length;

    public bool IsSettled { get; private set; }

    /// <inheritdoc/>
    public SpecTexts Read()
    {
        using GZipStream stream = Unzip();
        return SpecTextsFormat.Read(stream);
    }

    /// <inheritdoc/>
    public CommandReader OpenCommand() => SpecTextsFormat.OpenCommand(Unzip());

    /// <inheritdoc/>
    public void Settle() => memory.Settle(this);

    /// <summary>Marks the job as settled and keeps its command only; returns the bytes that this frees.</summary>
    public long KeepCommandOnly()
    {
        IsSettled = true;
        return Replace(new SpecTexts { Command = Read().Command });
    }

    /// <summary>Keeps the beginning of the command only; returns the bytes that this frees.</summary>
    public long Shorten()
    {
        string command = Read().Command;
        string begin = command[..Math.Min(command.Length, SpecTexts.LongestInRow)];
        string end = $"\n[of {Encoding.UTF8.GetByteCount(command)} bytes, no more are kept in memory]";
        return Replace(new SpecTexts { Command = begin + end });
    }

    private long Replace(SpecTexts shorter)
    {
        byte[] zipped = Zip(shorter);
        long freed = _zipped.Length - zipped.Length;
        _zipped = zipped;
        return freed;
    }

    private GZipStream Unzip() => new(new MemoryStream(_zipped), CompressionMode.Decompress);

    private static byte[] Zip(SpecTexts texts)
    {
        using var buffer = new MemoryStream();
        using (var zip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
            zip.Write(SpecTextsFormat.Write(texts));
        return buffer.ToArray();
    }
}
