using Scailfin.JobController.Access;
using Scailfin.JobController.Json;

namespace Scailfin.JobController.Jobs;

/// <summary>
/// <c>GET /workspace_roots</c>: the directories in which the caller's workspaces may lie. A client that creates workspaces, such as
/// <c>scailfin run</c>, may have another configuration than the service.
/// </summary>
internal static class WorkspaceRootsEndpoint
{
    public const string Path = "/workspace_roots";
    public const string Member = "workspace_roots";

    public static IEndpointRouteBuilder MapWorkspaceRoots(this IEndpointRouteBuilder routes, UserWorkspaces workspaces)
    {
        routes.MapGet(Path, context => JsonAnswer.SendAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray(Member);
            foreach (string root in workspaces.FoldersOf(Caller.Of(context).User))
                json.WriteStringValue(root);
            json.WriteEndArray();
            json.WriteEndObject();
        }));
        return routes;
    }
}
