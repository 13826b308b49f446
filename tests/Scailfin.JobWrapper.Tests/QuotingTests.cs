using System.Text;
using Scailfin.JobWrapper.Sites;
using Scailfin.JobWrapper.Tests.Conformance;
using Scailfin.Testing.Containers;

namespace Scailfin.JobWrapper.Tests;

/// <summary>Random texts arrive byte for byte, as values of the environment and inside commands. Again: SCAILFIN_TEST_SEED.</summary>
public sealed class QuotingTests(HpcContainer site, ITestOutputHelper output)
{
    private const int Attempts = 25;
    private const int EachWay = 100;

    private static readonly string[] Pieces =
    [
        "'", "\"", "\\", "$", "`", "!", "*", "?", "[", "]", "{", "}", "(", ")", "<", ">", "|", "&", ";", "#", "~", "%", "=", "@", "^", "-",
        "--", "/", ".", "..", " ", "\t", "\n", "\r", "\u0001", "\u007f", "$(", "${", "$((", "$'", "\\\n", "'\\''", "<<E\n", "\nE\n",
        "@JOB_ID@", "# payload\n", "é", "漢", "🚀", "\u00a0", "\u2028", "a", "Z", "0", "_", "x y", "word", "EOF", "\\0", "\\x41",
    ];

    [Fact]
    public async Task Five_thousand_random_texts_arrive_byte_for_byte()
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable("SCAILFIN_TEST_SEED"), out int given) ? given : Random.Shared.Next();
        output.WriteLine($"SCAILFIN_TEST_SEED={seed}");
        var random = new Random(seed);
        string[][] texts = [.. Enumerable.Range(0, Attempts).Select(_ =>
            Enumerable.Range(0, 2 * EachWay).Select(_ => Text(random)).ToArray())];
        var target = new RuntimeTarget { Name = "quoting", Profile = new SiteProfile { Runtimes = ["apptainer"] } };
        IReadOnlyDictionary<string, AttemptResult> results = await AttemptBatch.RunAsync(
            site, target, texts.Select((words, i) => Scenario(i, words)));
        foreach ((string[] expected, int i) in texts.Select((words, i) => (words, i)))
        {
            AttemptResult result = results[$"batch-{i}"];
            Assert.True(result.Receipt?.ExitCode == 0, $"seed {seed}: {result}");
            Assert.Equal(expected, result.FileText("arrived").Split('\0')[..^1]);
        }
    }

    private static Scenario Scenario(int number, string[] words)
    {
        var command = new StringBuilder();
        for (int i = 0; i < EachWay; i++)
            command.Append($"printf '%s\\0' \"$V{i}\" >>arrived\n");
        for (int i = EachWay; i < words.Length; i++)
            command.Append($"printf '%s\\0' '{words[i].Replace("'", "'\\''", StringComparison.Ordinal)}' >>arrived\n");
        return new Scenario($"batch-{number}", command.ToString())
        {
            Environment = [.. words.Take(EachWay).Select((word, i) => new KeyValuePair<string, string>($"V{i}", word))],
        };
    }

    private static string Text(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => Pieces[random.Next(Pieces.Length)]));
}
