using Microsoft.AspNetCore.WebUtilities;
using Scailfin.Core.Storage;
using Scailfin.JobController.Json;

namespace Scailfin.JobController.Hosting;

/// <summary>Maps exceptions, and error answers without a body, to JSON answers; the only such table.</summary>
internal static partial class ErrorAnswers
{
    public const string NotFound = "There is nothing at this path.";

    public static IApplicationBuilder UseErrorAnswers(this IApplicationBuilder app, ILogger logger) => app.Use(async (context, next) =>
    {
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: >= 400 and var status, ContentLength: null, ContentType: null })
                await JsonAnswer.SendMessageAsync(context, status, status == 404 ? NotFound : ReasonPhrases.GetReasonPhrase(status));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has closed the connection.
        }
        catch (BadHttpRequestException exception) when (!context.Response.HasStarted)
        {
            await JsonAnswer.SendMessageAsync(context, exception.StatusCode, exception.Message);
        }
        catch (JobStoreUnavailableException exception) when (!context.Response.HasStarted)
        {
            context.Response.Headers.RetryAfter = "5";
            await JsonAnswer.SendMessageAsync(context, 503, exception.Message);
        }
        catch (JobStoreException exception) when (!context.Response.HasStarted)
        {
            await JsonAnswer.SendMessageAsync(context, 500, $"Job submission failed. \n{exception.Message}");
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            LogUnexpected(logger, context.Request.Method, context.Request.Path, exception);
            await JsonAnswer.SendMessageAsync(context, 500, "Unexpected error; the service's log has the details.");
        }
    });

    [LoggerMessage(EventId = 200, Level = LogLevel.Error, Message = "{Method} {Path} failed unexpectedly")]
    private static partial void LogUnexpected(ILogger logger, string method, string path, Exception exception);
}
