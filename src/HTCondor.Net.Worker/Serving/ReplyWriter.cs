using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using HTCondor.Net.Transports.Native.Protocol;

namespace HTCondor.Net.Worker.Serving;

/// <summary>Writes replies, a line each. Ads are gathered before they are written; everything else goes out at once.</summary>
internal sealed class ReplyWriter(Stream output)
{
    private const int Enough = 64 * 1024;

    private readonly ArrayBufferWriter<byte> _lines = new(2 * Enough);

    public void Ad(long id, ReadOnlySpan<byte> json)
    {
        _lines.Write(WorkerProtocol.AdStart);
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(id, digits, out int length);
        _lines.Write(digits[..length]);
        _lines.Write(WorkerProtocol.AdProperty);
        _lines.Write(json);
        _lines.Write("}\n"u8);
        if (_lines.WrittenCount >= Enough)
            Flush();
    }

    public void Write(WorkerReply reply)
    {
        using (var writer = new Utf8JsonWriter(_lines))
            JsonSerializer.Serialize(writer, reply, WorkerJson.Lines.WorkerReply);
        _lines.Write("\n"u8);
        Flush();
    }

    private void Flush()
    {
        output.Write(_lines.WrittenSpan);
        _lines.ResetWrittenCount();
    }
}
