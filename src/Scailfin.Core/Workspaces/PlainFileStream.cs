using Microsoft.Win32.SafeHandles;

namespace Scailfin.Core.Workspaces;

/// <summary>
/// Reads a plain file from its descriptor. A failure names the file; .NET's own stream takes a file of which one look failed for a pipe.
/// </summary>
public sealed class PlainFileStream : Stream
{
    internal PlainFileStream(SafeFileHandle handle) => Handle = handle;

    /// <summary>The descriptor.</summary>
    public SafeFileHandle Handle { get; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => RegularFile.LengthOf(Handle);

    /// <inheritdoc/>
    public override long Position { get; set; }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        int read = RegularFile.Read(Handle, buffer, Position);
        Position += read;
        return read;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Handle.Dispose();
        base.Dispose(disposing);
    }
}
