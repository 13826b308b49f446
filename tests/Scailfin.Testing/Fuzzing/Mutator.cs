using System.Globalization;
using System.Text;

namespace Scailfin.Testing.Fuzzing;

/// <summary>Makes inputs that nobody meant from ones that somebody did: the same input for the same seed and corpus.</summary>
/// <param name="corpus">The inputs to begin with.</param>
/// <param name="words">What the parser knows: names, marks, limits.</param>
public sealed class Mutator(IReadOnlyList<byte[]> corpus, IReadOnlyList<string> words)
{
    private const int MostChanges = 8;
    private const int LongestInput = 1 << 20;

    private static readonly string[] Numbers =
    [
        "0", "-1", "1", "127", "255", "256", "65536", "2147483647", "2147483648", "-2147483649", "4294967296", "9223372036854775807",
        "-9223372036854775809", "1e400", "1e-400", "0.1", "00", "077777777777", "99999999999999999999999999",
    ];

    private static readonly byte[] Marks = [.. "\0\n\r\t \"'\\/{}[]()<>,;:=&*!|%@`#-+._$~"u8, 0x7f, 0x80, 0xc0, 0xed, 0xf4, 0xff];

    private readonly byte[][] _words = [.. words.Concat(Numbers).Select(Encoding.UTF8.GetBytes)];

    /// <summary>The input of a seed; some are those of the corpus, unchanged.</summary>
    public byte[] Input(ulong seed)
    {
        var random = new Random((int)(uint)(seed ^ (seed >> 32)));
        var input = new List<byte>(Any(corpus, random));
        for (int change = random.Next(MostChanges + 1); change > 0; change--)
            Change(input, random);
        return [.. input.Take(LongestInput)];
    }

    private void Change(List<byte> input, Random random)
    {
        int at = random.Next(input.Count + 1);
        int length = Math.Min(random.Next(2) == 0 ? random.Next(8) : random.Next(1 + input.Count), input.Count - at);
        switch (random.Next(10))
        {
            case 0 when at < input.Count:
                input[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < input.Count:
                input[at] = Marks[random.Next(Marks.Length)];
                break;
            case 2:
                input.Insert(at, Marks[random.Next(Marks.Length)]);
                break;
            case 3:
                input.RemoveRange(at, length);
                break;
            case 4:
                input.RemoveRange(at, input.Count - at);
                break;
            case 5:
                Repeat(input, at, length, random);
                break;
            case 6:
                input.InsertRange(at, Any(_words, random));
                break;
            case 7:
                ReplaceNumber(input, at, random);
                break;
            case 8:
                Splice(input, at, length, Any(corpus, random), random);
                break;
            default:
                ReplaceWord(input, at, random);
                break;
        }
    }

    /// <summary>A few times mostly, sometimes as often as the longest input allows: nesting, and lists without an end.</summary>
    private static void Repeat(List<byte> input, int at, int length, Random random)
    {
        byte[] part = [.. input.GetRange(at, Math.Min(length, 64))];
        int room = part.Length == 0 ? 0 : (LongestInput - input.Count) / part.Length;
        int times = Math.Min(room, random.Next(20) == 0 ? random.Next(100_000) : random.Next(30));
        input.InsertRange(at, Enumerable.Repeat(part, Math.Max(0, times)).SelectMany(bytes => bytes));
    }

    private static void ReplaceNumber(List<byte> input, int at, Random random)
    {
        int begin = input.FindIndex(at, letter => char.IsAsciiDigit((char)letter));
        if (begin < 0)
            return;
        int end = input.FindIndex(begin, letter => !char.IsAsciiDigit((char)letter));
        input.RemoveRange(begin, (end < 0 ? input.Count : end) - begin);
        input.InsertRange(begin, Encoding.ASCII.GetBytes(
            random.Next(3) == 0 ? random.NextInt64().ToString(CultureInfo.InvariantCulture) : Numbers[random.Next(Numbers.Length)]));
    }

    private void ReplaceWord(List<byte> input, int at, Random random)
    {
        byte[] word = Any(_words, random);
        input.RemoveRange(at, Math.Min(word.Length, input.Count - at));
        input.InsertRange(at, word);
    }

    private static void Splice(List<byte> input, int at, int length, byte[] other, Random random)
    {
        int from = random.Next(other.Length + 1);
        byte[] part = other[from..(from + random.Next(1 + Math.Min(other.Length - from, 4096)))];
        if (random.Next(2) == 0)
            input.RemoveRange(at, length);
        input.InsertRange(at, part);
    }

    private static byte[] Any(IReadOnlyList<byte[]> list, Random random) => list[random.Next(list.Count)];
}
