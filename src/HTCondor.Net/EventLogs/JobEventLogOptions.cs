using Microsoft.Win32.SafeHandles;

namespace HTCondor.Net.EventLogs;

/// <summary>How a log is followed.</summary>
public sealed record JobEventLogOptions
{
    /// <summary>How often to look even if the operating system announced no change: file systems over a network announce none.</summary>
    /// <value>The default value is 1 second.</value>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The largest event; of a longer one the beginning is delivered, marked as cut. At least 1,024.</summary>
    /// <value>The default value is 65,536 bytes.</value>
    public int MaxEventBytes { get; init; } = 64 * 1024;

    /// <summary>The most events of one batch.</summary>
    /// <value>The default value is 1,000.</value>
    public int MaxBatchEvents { get; init; } = 1000;

    /// <summary>
    /// How many rotated files to look for: <c>LOG.old</c>, and <c>LOG.1</c> up to this number. HTCondor's <c>EVENT_LOG_MAX_ROTATIONS</c>;
    /// the log of one user is not rotated.
    /// </summary>
    /// <value>The default value is 9.</value>
    public int MaxRotations { get; init; } = 9;

    /// <summary>
    /// Opens a file of the log for reading, for a program that reads the logs of other users with their rights. It may return null or throw
    /// <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> if the file cannot be opened.
    /// </summary>
    /// <value>The default value is null: a regular file is opened with the rights of this process.</value>
    public Func<string, SafeFileHandle?>? Open { get; init; }
}
