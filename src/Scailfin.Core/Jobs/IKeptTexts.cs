namespace Scailfin.Core.Jobs;

/// <summary>The texts of one specification, kept outside of the job's snapshot and read whenever they are needed.</summary>
public interface IKeptTexts
{
    /// <summary>The name under which they are kept: lower-case hexadecimal digits and hyphens.</summary>
    string Name { get; }

    /// <summary>Bytes of all texts as UTF-8.</summary>
    long Length { get; }

    /// <summary>Reads all texts.</summary>
    /// <exception cref="Exception">The texts cannot be read now; the message says why.</exception>
    SpecTexts Read();

    /// <summary>Opens the command alone, to be read in pieces.</summary>
    /// <inheritdoc cref="Read"/>
    CommandReader OpenCommand();

    /// <summary>The job is settled: no backend needs its texts any more, only the API shows its command.</summary>
    void Settle();
}
