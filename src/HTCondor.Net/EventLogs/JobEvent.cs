namespace HTCondor.Net.EventLogs;

/// <summary>One event of a job, as HTCondor wrote it.</summary>
public sealed record JobEvent
{
    /// <summary>The number of an <see cref="IsReadable"/> event that is none.</summary>
    public const int Unreadable = -1;

    /// <summary>HTCondor's number of the event's type; numbers that this library does not know are delivered too.</summary>
    public required int Number { get; init; }

    /// <summary>The type's name: <c>JobTerminated</c>; of an unknown one <c>Event47</c>; of what is none <c>Unreadable</c>.</summary>
    public string Name => IsReadable ? JobEventNames.Of(Number) : "Unreadable";

    /// <summary>Whether a header could be read; otherwise <see cref="Body"/> is all there is.</summary>
    public bool IsReadable => Number != Unreadable;

    /// <summary>The job; proc -1 for an event of a whole cluster.</summary>
    public JobKey Job { get; init; }

    /// <summary>
    /// The time as it is written. HTCondor writes the local time of the machine that wrote the event (access point, or the log's writer in
    /// the shadow), without saying its zone, unless the configuration's <c>DEFAULT_USERLOG_FORMAT_OPTIONS</c> has UTC: then it ends with Z.
    /// Its resolution is a second unless SUB_SECOND is set there.
    /// </summary>
    public string TimeText { get; init; } = "";

    /// <summary>
    /// The time read: <see cref="DateTimeKind.Utc"/> if it ends with Z, else <see cref="DateTimeKind.Unspecified"/>, which is to be read
    /// in the zone of the machine that wrote it. Null if it has no year, in the format of old versions (<c>11/24 21:03:11</c>).
    /// </summary>
    public DateTime? Time { get; init; }

    /// <summary>The rest of the first line: <c>Job terminated.</c></summary>
    public string Headline { get; init; } = "";

    /// <summary>The other lines, without the line that ends the event.</summary>
    public IReadOnlyList<string> Body { get; init; } = [];

    /// <summary>
    /// The parsed body, for the event types whose body is read; null for the others, or if the body is not as expected.
    /// </summary>
    public JobEventDetails? Details { get; init; }

    /// <summary>
    /// Whether its end is missing: it was longer than <see cref="JobEventLogOptions.MaxEventBytes"/>, or its writer was cut off.
    /// </summary>
    public bool IsCut { get; init; }
}
