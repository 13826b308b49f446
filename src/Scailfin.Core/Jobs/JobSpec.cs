namespace Scailfin.Core.Jobs;

/// <summary>The request of a client: one step of a workflow. Never changes once stored.</summary>
public sealed record JobSpec
{
    private readonly SpecTexts _texts = SpecTexts.None;

    /// <summary>The step's name; may be empty.</summary>
    public required string JobName { get; init; }

    /// <summary>The workflow that the step belongs to.</summary>
    public required Guid WorkflowUuid { get; init; }

    /// <summary>Absolute path of the workspace, the same inside the step's container.</summary>
    public required string WorkflowWorkspace { get; init; }

    /// <summary>The container image, as the backend's runtime names it.</summary>
    public required string DockerImage { get; init; }

    /// <summary>One text for <c>bash -c</c>; it is never split or expanded on the way (contract A.5).</summary>
    public string Command
    {
        get => Texts.Command;
        init => Texts = Texts with { Command = value };
    }

    /// <summary>The command as a person should see it.</summary>
    public string PrettifiedCommand
    {
        get => Texts.PrettifiedCommand;
        init => Texts = Texts with { PrettifiedCommand = value };
    }

    /// <summary>
    /// The CVMFS repositories as the client sent them: empty or <c>false</c> for none, else a Python list (contract A.4).
    /// </summary>
    public string CvmfsMounts { get; init; } = "";

    /// <summary>The step's own environment, in the order of the request.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment
    {
        get => Texts.Environment;
        init => Texts = Texts with { Environment = value };
    }

    /// <summary>
    /// Command and environment together. If they are kept elsewhere, each access reads them: who needs several takes them from here once.
    /// </summary>
    public SpecTexts Texts
    {
        get => Kept?.Read() ?? _texts;
        init => (_texts, Kept) = (value, null);
    }

    /// <summary>Where the texts are kept; null if this snapshot holds them itself.</summary>
    public IKeptTexts? Kept { get; private init; }

    /// <summary>Bytes in memory of what stays in this snapshot and can be long.</summary>
    public long SnapshotLength => sizeof(char) * (long)(JobName.Length + WorkflowWorkspace.Length + DockerImage.Length + CvmfsMounts.Length
        + BackendFields.Length);

    /// <summary>Bytes of the texts, wherever they are.</summary>
    public long TextsLength => Kept?.Length ?? _texts.Length;

    /// <summary>Whether the step expects the shared file system.</summary>
    public bool SharedFileSystem { get; init; } = true;

    /// <summary>Name of the backend instance that runs it (1 to 30 characters).</summary>
    public required string Backend { get; init; }

    /// <summary>How long the step may run, counted from its start; always greater than zero.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Fields that only some backends understand.</summary>
    public BackendFields BackendFields { get; init; } = BackendFields.None;

    /// <summary>Returns the same specification with its texts in it.</summary>
    /// <exception cref="Exception">The texts are kept elsewhere and cannot be read now; the message says why.</exception>
    public JobSpec WithTexts() => Kept is null ? this : this with { Texts = Kept.Read() };

    /// <summary>Returns the same specification with its texts kept elsewhere.</summary>
    public JobSpec KeptAs(IKeptTexts kept) => this with { Texts = SpecTexts.None, Kept = kept };
}
