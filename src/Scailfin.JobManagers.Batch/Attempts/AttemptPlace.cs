using Scailfin.Core.Jobs;
using Scailfin.Core.Workspaces;
using Scailfin.JobWrapper;

namespace Scailfin.JobManagers.Batch.Attempts;

/// <summary>The paths of one attempt's files on the submit machine.</summary>
public sealed class AttemptPlace(string workspace, string identity)
{
    /// <summary>The service's own folder in a workspace; never staged.</summary>
    public const string Folder = ".scailfin";

    public AttemptPlace(Attempt attempt)
        : this(attempt.Spec.WorkflowWorkspace, attempt.Identity)
    {
    }

    public string Workspace { get; } = workspace;

    public string Identity { get; } = identity;

    /// <summary>Ours in the workspace.</summary>
    public string Root => Path.Combine(Workspace, Folder);

    public string Directory => Path.Combine(Root, Identity);

    public WrapperFiles Files => new(Directory);

    /// <summary>The jobs of a workspace share one event log: one file is watched for one workflow.</summary>
    public string EventLog => Path.Combine(Root, "events.log");

    /// <summary>The main stream as a scheduler brings it while the step runs.</summary>
    public string Stream => Path.Combine(Directory, "stdout");

    /// <summary>The standard error of the wrapper's bash.</summary>
    public string Errors => Path.Combine(Directory, "stderr");

    /// <summary>There once the attempt was to be stopped: it is never submitted again.</summary>
    public string Tombstone => Path.Combine(Directory, "stopped");

    /// <summary>There before the scheduler hears of the attempt: without it, it certainly never did.</summary>
    public string Submitting => Path.Combine(Directory, "submitting");

    /// <summary>The snapshot of the workspace from when it was packed.</summary>
    public string Snapshot => Path.Combine(Directory, "snapshot");

    /// <summary>The step's versions of files that another program changed while the step ran; outlives the attempt.</summary>
    public string Conflicts => Path.Combine(Root, ConflictsName);

    /// <summary>The same path, relative to the service's folder in the workspace.</summary>
    public string ConflictsName => $"conflicts/{Identity}";

    /// <summary>Opens the attempt's directory from that of the workspace; null if it does not exist.</summary>
    /// <exception cref="IOException">A link has the directory's name.</exception>
    internal DirectoryHandle? Enter(DirectoryHandle workspace)
    {
        using DirectoryHandle? ours = workspace.Enter(Folder);
        return ours?.Enter(Identity);
    }
}
