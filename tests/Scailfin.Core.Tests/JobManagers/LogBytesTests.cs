using System.Text;
using Scailfin.Core.JobManagers;

namespace Scailfin.Core.Tests.JobManagers;

/// <summary>One byte for one byte.</summary>
public sealed class LogBytesTests
{
    [Theory]
    [InlineData("61 00 62 FF FE ED A0 80 0A", "a?b?????\n")]
    [InlineData("C3 A9 E2 82 AC F0 9F 98 80", "é€😀")]
    [InlineData("C3 41", "?A")]
    [InlineData("F0 9F 98 41", "???A")]
    [InlineData("80", "?")]
    [InlineData("", "")]
    public void What_is_no_text_becomes_as_many_question_marks_as_it_has_bytes(string hex, string text)
    {
        byte[] bytes = Bytes(hex);
        Assert.Equal(bytes.Length, LogBytes.Clean(bytes, isEnd: true));
        Assert.Equal(text, Encoding.UTF8.GetString(bytes));
    }

    [Theory]
    [InlineData("61 E2 82", 1)]
    [InlineData("61 FF E2 82 AC F0 9F", 5)]
    [InlineData("E2", 0)]
    public void The_beginning_of_a_character_waits_for_its_rest(string hex, int whole)
    {
        byte[] bytes = Bytes(hex);
        Assert.Equal(whole, LogBytes.Clean(bytes, isEnd: false));
    }

    [Fact]
    public void Pieces_of_any_size_are_together_the_same_as_the_whole()
    {
        byte[] raw = new byte[2000];
        new Random(4).NextBytes(raw);
        Encoding.UTF8.GetBytes("äöü€😀").CopyTo(raw, 500);
        byte[] whole = [.. raw];
        LogBytes.Clean(whole, isEnd: true);
        foreach (int size in new[] { 4, 5, 7, 64 })
        {
            var read = new List<byte>();
            while (read.Count < raw.Length)
            {
                byte[] piece = raw[read.Count..Math.Min(raw.Length, read.Count + size)];
                read.AddRange(piece[..LogBytes.Clean(piece, isEnd: read.Count + piece.Length == raw.Length)]);
            }

            Assert.Equal(whole, read);
        }
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
