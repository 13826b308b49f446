namespace Scailfin.Core.Jobs;

/// <summary>The request of a client: one step of a workflow. Never changes once stored.</summary>
public sealed record JobSpec
{
    /// <summary>The step's name; may be empty.</summary>
    public required string JobName { get; init; }

    /// <summary>The workflow that the step belongs to.</summary>
    public required Guid WorkflowUuid { get; init; }

    /// <summary>Absolute path of the workspace, the same inside the step's container.</summary>
    public required string WorkflowWorkspace { get; init; }

    /// <summary>The container image, as the backend's runtime names it.</summary>
    public required string DockerImage { get; init; }

    /// <summary>One text for <c>bash -c</c>; it is never split or expanded on the way (contract A.5).</summary>
    public string Command { get; init; } = "";

    /// <summary>The command as a person should see it.</summary>
    public string PrettifiedCommand { get; init; } = "";

    /// <summary>
    /// The CVMFS repositories as the client sent them: empty or <c>false</c> for none, else a Python list (contract A.4).
    /// </summary>
    public string CvmfsMounts { get; init; } = "";

    /// <summary>The step's own environment, in the order of the request.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>Whether the step expects the shared file system.</summary>
    public bool SharedFileSystem { get; init; } = true;

    /// <summary>Name of the backend instance that runs it (1 to 30 characters).</summary>
    public required string Backend { get; init; }

    /// <summary>How long the step may run, counted from its start; always greater than zero.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Fields that only some backends understand.</summary>
    public BackendFields BackendFields { get; init; } = BackendFields.None;
}
