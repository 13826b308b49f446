using System.Text;
using CsCheck;
using Scailfin.JobManagers.Kubernetes.Logs;

namespace Scailfin.JobManagers.Kubernetes.Tests.Logs;

public sealed class LogTextTests
{
    [Fact]
    public void However_bytes_are_cut_the_text_is_the_same_and_has_no_NUL() =>
        Gen.Select(Gen.Byte.Array[0, 60], Gen.Int[1, 9].Array[1, 5]).Sample((bytes, cuts) =>
        {
            string text = Sanitize(bytes, cuts);
            return text == Sanitize(bytes, [1000]) && !text.Contains('\0', StringComparison.Ordinal);
        });

    [Fact]
    public void Text_stays_as_it_is() =>
        Gen.String[Gen.Char["abé€\n\t"], 0, 60].Sample(text => Sanitize(Encoding.UTF8.GetBytes(text), [1, 2]) == text);

    [Fact]
    public void What_is_not_too_long_is_kept_whole() => Gen.String[Gen.Char["aé€"], 0, 10].Sample(text => Keep(text, 64, 64) == text);

    [Fact]
    public void Of_what_is_too_long_the_beginning_and_the_end_are_kept()
    {
        string text = Keep(new string('a', 100) + "é" + new string('b', 100), 20, 20);
        Assert.StartsWith(new string('a', 20) + "\n[... 162 bytes are left out ...]\n", text, StringComparison.Ordinal);
        Assert.EndsWith(new string('b', 20), text, StringComparison.Ordinal);
    }

    private static string Keep(string text, int head, int tail)
    {
        var kept = new HeadAndTail(head, tail);
        System.Buffers.BuffersExtensions.Write(kept, Encoding.UTF8.GetBytes(text));
        return kept.ToString();
    }

    private static string Sanitize(byte[] bytes, int[] cuts)
    {
        var sanitizer = new LogSanitizer();
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        for (int at = 0, cut = 0; at < bytes.Length; cut++)
        {
            int size = Math.Min(cuts[cut % cuts.Length], bytes.Length - at);
            sanitizer.Write(bytes.AsSpan(at, size), output);
            at += size;
        }

        sanitizer.Finish(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
