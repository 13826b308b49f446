using Scailfin.JobController.Json;

namespace Scailfin.JobController.OwnPod;

/// <summary>
/// Hands requests that must wait for the own Pod back to the <see cref="Sidecar.SharedListener"/>: the service that answers them may be
/// another. A service that is replaced is never released, so that it takes none of the requests that are still on their way to it.
/// </summary>
internal sealed class OwnPodGuard(bool isHeld)
{
    private volatile bool _isHeld = isHeld;

    /// <summary>Lets requests pass from now on.</summary>
    public void Release() => _isHeld = false;

    /// <summary>Follows routing, so that what no endpoint takes is refused as always (404, 405).</summary>
    public void Use(IApplicationBuilder app)
    {
        if (!_isHeld)
            return;
        app.Use((context, next) =>
        {
            // The endpoint with which ASP.NET's routing answers 405 is not a RouteEndpoint.
            if (!_isHeld || context.GetEndpoint() is not RouteEndpoint endpoint)
                return next(context);
            WhileUnconfirmed? rule = endpoint.Metadata.GetMetadata<WhileUnconfirmed>();
            if (rule is { Waits: false })
                return next(context);
            context.Features.Set(new PostponedRequest(IsBounded: rule is not null));
            return Task.CompletedTask;
        });
    }

    /// <summary>Answers 503 to a request that waited for the own Pod in vain.</summary>
    public static Task RefuseAsync(HttpContext context, string problem) =>
        JsonAnswer.SendMessageAsync(context, StatusCodes.Status503ServiceUnavailable, $"{problem} Nothing was stored.");
}

/// <summary>A feature of a request that waits for the own Pod.</summary>
/// <param name="IsBounded">Whether the request is refused after <see cref="Sidecar.OwnPodCheck.Bound"/>.</param>
internal sealed record PostponedRequest(bool IsBounded);
