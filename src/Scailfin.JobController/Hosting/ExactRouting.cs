using Scailfin.JobController.Json;

namespace Scailfin.JobController.Hosting;

/// <summary>
/// Routing as clients of upstream know it (contract A.2): slashes at the end and the case of letters matter, HEAD is routed as GET,
/// OPTIONS is answered everywhere, and <c>Allow</c> names them. DELETE alone takes a job with and without a slash, where upstream
/// redirects.
/// </summary>
internal static class ExactRouting
{
    private const string AllowedWithSlash = "DELETE, OPTIONS";

    /// <summary>The order in which <c>Allow</c> names methods.</summary>
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    public static IApplicationBuilder UseExactRouting(this IApplicationBuilder app) => app
        .Use(RouteAsync)
        .UseRouting()
        .Use((context, next) =>
        {
            // Routing matched HEAD as GET; the endpoints see the original method.
            if (context.Items.Remove(nameof(HttpMethods.Head)))
                context.Request.Method = HttpMethods.Head;
            return next(context);
        });

    private static async Task RouteAsync(HttpContext context, RequestDelegate next)
    {
        string path = context.Request.Path.Value ?? "";
        string[] parts = path.Split('/');
        bool slashAtEnd = path.EndsWith('/');
        bool isJob = parts is ["", "jobs", { Length: > 0 }] or ["", "jobs", { Length: > 0 }, ""];
        if (IsMisspelt(parts) || (slashAtEnd && !isJob))
        {
            await SendNotFoundAsync(context);
            return;
        }

        if (slashAtEnd && !HttpMethods.IsDelete(context.Request.Method))
        {
            await SendNotAllowedAsync(context, AllowedWithSlash);
            return;
        }

        if (HttpMethods.IsHead(context.Request.Method))
        {
            context.Items[nameof(HttpMethods.Head)] = true;
            context.Request.Method = HttpMethods.Get;
        }

        await next(context);
        if (context.Response is { HasStarted: false, StatusCode: StatusCodes.Status405MethodNotAllowed })
            await SendNotAllowedAsync(context, Allowed(context.Response.Headers.Allow, isJob));
    }

    /// <summary>Our own parts of a path are in lower case; the second part is a job's id.</summary>
    private static bool IsMisspelt(string[] parts) => parts.Where((_, index) => index != 2).Any(part => part.Any(char.IsAsciiLetterUpper));

    /// <summary>Upstream lists DELETE at the path with the slash only.</summary>
    private static string Allowed(string? mapped, bool isJob)
    {
        string[] known = (mapped ?? "").Split(", ");
        return string.Join(", ", Methods.Where(method => method switch
        {
            "HEAD" => known.Contains("GET"),
            "OPTIONS" => true,
            "DELETE" => !isJob && known.Contains(method),
            _ => known.Contains(method),
        }));
    }

    private static Task SendNotFoundAsync(HttpContext context) =>
        JsonAnswer.SendMessageAsync(context, StatusCodes.Status404NotFound, ErrorAnswers.NotFound);

    private static async Task SendNotAllowedAsync(HttpContext context, string allowed)
    {
        context.Response.Headers.Allow = allowed;
        if (HttpMethods.IsOptions(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status200OK;
            context.Response.ContentLength = 0;
            return;
        }

        await JsonAnswer.SendMessageAsync(
            context,
            StatusCodes.Status405MethodNotAllowed,
            $"The method {context.Request.Method} is not allowed here; allowed are: {allowed}.");
    }
}
