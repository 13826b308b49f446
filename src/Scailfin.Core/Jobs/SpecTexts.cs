using System.Text;

namespace Scailfin.Core.Jobs;

/// <summary>The parts of a specification that may be long: its command, the command as a person should see it, its environment.</summary>
public sealed record SpecTexts
{
    /// <summary>Bytes up to which the texts stay in the job's snapshot and in its row.</summary>
    public const int LongestInRow = 1 << 10;

    /// <summary>No texts.</summary>
    public static SpecTexts None { get; } = new();

    /// <inheritdoc cref="JobSpec.Command"/>
    public string Command { get; init; } = "";

    /// <inheritdoc cref="JobSpec.PrettifiedCommand"/>
    public string PrettifiedCommand { get; init; } = "";

    /// <inheritdoc cref="JobSpec.Environment"/>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>Bytes of all texts as UTF-8.</summary>
    public long Length => Bytes(Command) + Bytes(PrettifiedCommand) + Environment.Sum(pair => Bytes(pair.Key) + Bytes(pair.Value));

    private static long Bytes(string text) => Encoding.UTF8.GetByteCount(text);
}
