namespace Scailfin.JobWrapper;

/// <summary>
/// The files of one attempt, in the directory of its <see cref="WrapperPlace"/>. A manager that has no such directory here uses the names
/// alone.
/// </summary>
public sealed class WrapperFiles(string directory)
{
    public const string ScriptName = "wrapper.sh";
    public const string ClaimName = "claim";
    public const string OutputName = "output";
    public const string ComplaintsName = "wrapper.log";
    public const string ReceiptName = "receipt.json";
    public const string ReserveName = "reserve";
    public const string InputArchiveName = "input.tar";
    public const string OutputArchiveName = "output.tar";

    public string Directory { get; } = directory;

    /// <summary>The script, mode 0600.</summary>
    public string Script => Path.Combine(Directory, ScriptName);

    /// <summary>
    /// Made by the wrapper that runs the attempt, as a directory, or with condor_chirp as a file; exists for ever once the attempt was
    /// begun or may not begin any more.
    /// </summary>
    public string Claim => Path.Combine(Directory, ClaimName);

    /// <summary>
    /// Process id and start time (clock ticks after boot) of the wrapper that has the claim; whole once its line has ended.
    /// </summary>
    public string Owner => Path.Combine(Claim, "owner");

    /// <summary>
    /// A file with the time at which the runtime was started, in milliseconds since 1970; missing before. The step did not run before that.
    /// </summary>
    public string Started => Path.Combine(Claim, "started");

    /// <summary>The main stream; it grows while the step runs.</summary>
    public string Output => Path.Combine(Directory, OutputName);

    /// <summary>The wrapper's own complaints.</summary>
    public string Complaints => Path.Combine(Directory, ComplaintsName);

    /// <summary>The receipt; whole as soon as it exists.</summary>
    public string Receipt => Path.Combine(Directory, ReceiptName);

    /// <summary>
    /// Room for the receipt on a disk that fills while the step runs: the wrapper writes the receipt over it. Made by the manager before
    /// the wrapper starts; a wrapper that finds none makes its own, in the claim.
    /// </summary>
    public string Reserve => Path.Combine(Directory, ReserveName);

    /// <summary>The content of <see cref="Reserve"/>: blanks, which may follow a JSON document.</summary>
    public static string ReserveContent { get; } = new(' ', 1 << 16);

    /// <summary>Transfer and chirp: what the workspace holds, put there by the manager; none for an empty workspace.</summary>
    public string InputArchive => Path.Combine(Directory, InputArchiveName);

    /// <summary>Transfer and chirp: what the step changed and made.</summary>
    public string OutputArchive => Path.Combine(Directory, OutputArchiveName);
}
