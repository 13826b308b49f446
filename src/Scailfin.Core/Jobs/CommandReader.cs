namespace Scailfin.Core.Jobs;

/// <summary>A command as UTF-8, read in pieces, so that sending a long one to a slow client costs one piece of memory.</summary>
/// <param name="stream">Stands at the command's first byte; closed with this reader.</param>
/// <param name="length">Bytes of the command.</param>
public sealed class CommandReader(Stream stream, int length) : IDisposable
{
    private int _left = length;

    /// <summary>Fills a part of the buffer; returns 0 at the end of the command.</summary>
    public int Read(Span<byte> buffer)
    {
        int wanted = Math.Min(buffer.Length, _left);
        if (wanted == 0)
            return 0;
        int read = stream.Read(buffer[..wanted]);
        if (read == 0)
            throw new EndOfStreamException($"The command ends {_left} bytes early.");
        _left -= read;
        return read;
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();
}
