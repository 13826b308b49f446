using Scailfin.JobController.Json;
using Scailfin.JobController.OwnPod;

namespace Scailfin.JobController.ApiSpec;

/// <summary><c>GET /apispec</c>: the API as it really is, kept by hand in openapi.json.</summary>
internal static class ApiSpecEndpoint
{
    public static IEndpointRouteBuilder MapApiSpec(this IEndpointRouteBuilder routes)
    {
        var document = new Lazy<ReadOnlyMemory<byte>>(ApiSpecDocument.Read);
        routes.MapGet("/apispec", context => JsonAnswer.SendAsync(context, StatusCodes.Status200OK, document.Value))
            .WithMetadata(WhileUnconfirmed.Answers);
        return routes;
    }
}
