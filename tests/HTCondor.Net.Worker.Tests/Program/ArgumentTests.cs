using System.Diagnostics;
using HTCondor.Net.Transports.Native.Protocol;

namespace HTCondor.Net.Worker.Tests.Program;

public sealed class ArgumentTests
{
    [Theory]
    [InlineData("--nonsense")]
    [InlineData("--library")]
    [InlineData("--end", "one")]
    [InlineData("--end", "1")]
    public async Task What_is_not_understood_is_said_with_the_usage(params string[] arguments)
    {
        (int exitCode, string output, string error) = await WorkerProgram.RunAsync("", arguments);
        Assert.Equal(64, exitCode);
        Assert.Contains($"'{arguments[0]}' is not understood", error, StringComparison.Ordinal);
        Assert.Contains("usage:", error, StringComparison.Ordinal);
        Assert.Empty(output);
    }

    [Fact]
    public async Task Only_another_worker_is_ended()
    {
        var start = new ProcessStartInfo("sleep") { ArgumentList = { "600" } };
        using Process other = Process.Start(start)!;
        try
        {
            (int exitCode, _, _) = await WorkerProgram.RunAsync("", "--end", $"{other.Id}");
            Assert.Equal(1, exitCode);
            Assert.False(other.HasExited);
        }
        finally
        {
            other.Kill();
        }
    }

    [Fact]
    public void Lines_are_cut_wherever_the_bytes_arrive()
    {
        var lines = new LineBuffer(longest: 200_000);
        string[] said = ["a", "", new string('b', 70_000), "c", new string('d', 190_000), "e"];
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(string.Concat(said.Select(line => line + "\n")));
        foreach (int piece in new[] { 1, 7, 4096, 65_536, bytes.Length })
        {
            var heard = new List<string>();
            for (int at = 0; at < bytes.Length;)
            {
                Memory<byte> space = lines.Space();
                int count = Math.Min(Math.Min(piece, space.Length), bytes.Length - at);
                bytes.AsMemory(at, count).CopyTo(space);
                lines.Added(count);
                at += count;
                while (lines.TryTake(out ReadOnlyMemory<byte>? line))
                    heard.Add(System.Text.Encoding.UTF8.GetString(line.Value.Span));
            }

            Assert.Equal(said, heard);
            Assert.False(lines.HasRest);
        }
    }

    [Fact]
    public void A_line_that_is_too_long_is_refused()
    {
        var lines = new LineBuffer(longest: 100_000);
        Assert.Throws<InvalidDataException>(() => Fill(lines));
    }

    private static void Fill(LineBuffer lines)
    {
        for (int piece = 0; piece < 1000; piece++)
            lines.Added(lines.Space().Length);
    }
}
