using Scailfin.Core.Workspaces;
using Scailfin.JobController.Json;

namespace Scailfin.JobController.Jobs;

/// <summary>
/// Which workspaces a user's requests may name: those in the user's folder, those that the operator shares, and those that were the user's
/// before workspaces lay in users' folders.
/// </summary>
/// <param name="paths">Where workspaces lie.</param>
/// <param name="firstOwner">The owner of the first job in a workspace; null if no job is known there.</param>
internal sealed class UserWorkspaces(WorkspacePath paths, Func<string, string?> firstOwner)
{
    /// <summary>The folders in which new workspaces of a user lie.</summary>
    public IReadOnlyList<string> FoldersOf(string user) => paths.FoldersOf(user);

    /// <summary>Checks a path: null if the user's job may work there, else the problem.</summary>
    public string? Problem(string path, string user)
    {
        try
        {
            if (paths.Problem(path, user) is not { } problem)
                return null;
            return paths.Problem(path) is null && firstOwner(path) == user ? null : problem;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return $"{PythonText.Represent(path)} cannot be looked at: {exception.Message}";
        }
    }
}
