namespace Scailfin.Testing.Kubernetes.Faults;

/// <summary>What is wrong with a watch's stream. Counts are of events (bookmarks not counted), from the beginning of the stream.</summary>
public sealed record WatchFault
{
    /// <summary>The connection is reset after that many events.</summary>
    public int? CutAfter { get; init; }

    /// <summary>After that many events half of the next line is sent, then the connection is reset.</summary>
    public int? HalfLineAfter { get; init; }

    /// <summary>The stream ends cleanly, as the server ends it itself now and then, after that many events.</summary>
    public int? EndAfter { get; init; }

    /// <summary>After that many events nothing comes any more, no bookmark either, and the connection stays open.</summary>
    public int? SilentAfter { get; init; }

    /// <summary>After that many events comes an ERROR event with code 410, then the end; with 0 at once.</summary>
    public int? ExpireAfter { get; init; }

    /// <summary>Each event is sent twice.</summary>
    public bool Doubled { get; init; }

    /// <summary>
    /// Events are held back until that many are there and then sent in an order drawn from <see cref="Seed"/>; at a pause of
    /// <see cref="HeldFor"/> what is held is sent. Real servers never do this within one watch; a proxy that merges watches may.
    /// </summary>
    public int ReorderWindow { get; init; }

    public int Seed { get; init; }

    public TimeSpan HeldFor { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Before each event.</summary>
    public TimeSpan Delay { get; init; }
}
