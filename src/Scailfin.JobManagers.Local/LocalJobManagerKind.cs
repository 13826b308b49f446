using Scailfin.Core.Accounts;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Workspaces;
using Scailfin.JobManagers.Local.Accounts;

namespace Scailfin.JobManagers.Local;

/// <summary>Runs jobs as processes of this machine.</summary>
/// <param name="directory">The directory in which each backend keeps its attempts, in a folder of its name.</param>
/// <param name="images">Default place of unpacked images.</param>
/// <param name="workspaces">Where workspaces may lie.</param>
/// <param name="accounts">Which logins of this machine the users are.</param>
/// <param name="time">The clock.</param>
internal sealed class LocalJobManagerKind(
    string directory, string images, WorkspacePath workspaces, UserAccounts accounts, TimeProvider time) : IJobManagerKind
{
    private readonly StepUsers _stepUsers = new(Path.Combine(directory, ".step-users"), accounts);

    public string Name => "local";

    public bool CanWorkHere() => true;

    public IJobManager Create(string backend, BackendOptions options) =>
        new LocalJobManager(Path.Combine(directory, backend), LocalOptions.Read(options, images), workspaces, _stepUsers, time);
}
