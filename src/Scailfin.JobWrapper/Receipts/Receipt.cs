namespace Scailfin.JobWrapper.Receipts;

/// <summary>The wrapper's record of an ended attempt. Its form on disk: docs/receipt.schema.json.</summary>
public sealed partial record Receipt
{
    /// <summary>The id of the job.</summary>
    public string JobId { get; init; } = "";

    /// <summary>The number of the attempt, from 1.</summary>
    public int Attempt { get; init; }

    /// <summary>The <see cref="WrapperPlace.Nonce"/> of the wrapper that wrote the receipt; empty for none.</summary>
    public string Nonce { get; init; } = "";

    /// <summary>
    /// The wrapper's: the step's own (0 to 255; 128 more than the signal that ended it) or one of <see cref="WrapperExitCodes"/>.
    /// </summary>
    public required int ExitCode { get; init; }

    /// <summary>The phase that failed; null when the step ran to its end and its outputs were staged out.</summary>
    public string? FailedPhase { get; init; }

    /// <summary>The cause of the end: empty, <c>stopped</c>, <c>timeout</c> or <c>out_of_memory</c>.</summary>
    public string Cause { get; init; } = "";

    /// <summary>The error, if a phase failed.</summary>
    public string Message { get; init; } = "";

    /// <summary>The step's own exit code; null if it did not end by itself or was not run.</summary>
    public int? StepExitCode { get; init; }

    /// <summary>The signal that ended the step, as derived from its shell's exit code.</summary>
    public int? Signal { get; init; }

    /// <summary>The container runtime that was used; empty if none was found.</summary>
    public string Runtime { get; init; } = "";

    public string RuntimeVersion { get; init; } = "";

    public string RuntimePath { get; init; } = "";

    /// <summary><c>none</c>, <c>aprun</c> or <c>srun</c>.</summary>
    public string Launcher { get; init; } = "";

    /// <summary>The image that the runtime was given: a name, a directory or a file of the node.</summary>
    public string Image { get; init; } = "";

    /// <summary>The image's digest, such as <c>sha256:...</c>, if it is known.</summary>
    public string? ImageDigest { get; init; }

    public string WrapperVersion { get; init; } = "";

    public string Host { get; init; } = "";

    public string Kernel { get; init; } = "";

    /// <summary>The time at which the wrapper began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>The time at which the step's shell began, as the shell reported it; null if it reported none.</summary>
    public DateTimeOffset? StepStartedAt { get; init; }

    /// <summary>The time at which the wrapper had finished.</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>False only if it is certain that the step's command did not begin.</summary>
    public bool StepMayHaveRun { get; init; }

    /// <summary>The phases that were begun, in their order.</summary>
    public IReadOnlyList<ReceiptPhase> Phases { get; init; } = [];

    /// <summary>
    /// The CPU time of the step and the children that it waited for, user and system together; null if a launcher or daemon ran the step
    /// outside the wrapper's process tree.
    /// </summary>
    public TimeSpan? CpuTime { get; init; }

    /// <summary>The peak memory in bytes; null if it could not be measured.</summary>
    public long? PeakMemory { get; init; }

    /// <summary><c>cgroup</c> is exact, <c>sampled</c> is the largest sum that was seen.</summary>
    public string PeakMemorySource { get; init; } = "";

    /// <summary>The size of the staged files; null if no files are staged.</summary>
    public long? BytesIn { get; init; }

    public long? BytesOut { get; init; }

    /// <summary>
    /// The archive of outputs, as it left the node: a copy of another size or digest is incomplete. Null if no files are staged, or no
    /// archive could be made or sent.
    /// </summary>
    public ReceiptArchive? Archive { get; init; }

    /// <summary>Whether the main stream was longer than is kept, or could not be written whole.</summary>
    public bool LogCut { get; init; }

    /// <summary>
    /// Files that the step made or changed, in the order of their names; the first of them only if <see cref="OutputCount"/> is larger.
    /// </summary>
    public IReadOnlyList<ReceiptOutput> Outputs { get; init; } = [];

    public int OutputCount { get; init; }

    /// <summary>Warnings: links that were refused, a lock that could not be taken.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>An archive that travels.</summary>
/// <param name="Size">The size in bytes.</param>
/// <param name="Sha256">The SHA-256 in hexadecimal digits; null if the node has no program that computes it.</param>
public sealed record ReceiptArchive(long Size, string? Sha256);

/// <summary>One phase of the wrapper.</summary>
/// <param name="Name"><c>claim</c>, <c>runtime</c>, <c>stage_in</c>, <c>image</c>, <c>run</c>, <c>stage_out</c>.</param>
/// <param name="StartedAt">The start time by the node's clock.</param>
/// <param name="Duration">The duration, to a hundredth of a second.</param>
public sealed record ReceiptPhase(string Name, DateTimeOffset StartedAt, TimeSpan Duration);

/// <summary>A file that the step made or changed.</summary>
/// <param name="Path">The path in the workspace. Bytes that are not UTF-8 are replaced.</param>
/// <param name="Size">The size in bytes.</param>
/// <param name="Sha256">The SHA-256 in hexadecimal digits; null for a file beyond the site's limit.</param>
public sealed record ReceiptOutput(string Path, long Size, string? Sha256);
