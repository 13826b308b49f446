using System.Text;

namespace Scailfin.Cli.Output;

/// <summary>Writes to a terminal by the rule of <see cref="VisibleText"/>. The end of a line may also be CR and LF.</summary>
internal sealed class VisibleWriter(TextWriter terminal) : TextWriter(terminal.FormatProvider)
{
    private bool _return;

    public override Encoding Encoding => terminal.Encoding;

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(ReadOnlySpan<char> buffer)
    {
        while (!buffer.IsEmpty)
        {
            // What comes next may be in another call.
            if (_return && buffer[0] != '\n')
                terminal.Write(VisibleText.Name('\r'));
            _return = false;
            int at = VisibleText.IndexOfHidden(buffer);
            terminal.Write(at < 0 ? buffer : buffer[..at]);
            if (at < 0)
                return;
            _return = buffer[at] == '\r';
            if (!_return)
                terminal.Write(VisibleText.Name(buffer[at]));
            buffer = buffer[(at + 1)..];
        }
    }

    public override void Flush() => terminal.Flush();
}
