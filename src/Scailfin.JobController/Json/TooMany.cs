namespace Scailfin.JobController.Json;

/// <summary>The answer 429 to a user who has or asks too much: a sentence, and when it may be worth to try again.</summary>
internal static class TooMany
{
    public static Task SendAsync(HttpContext context, string reason, TimeSpan retryAfter)
    {
        context.Response.Headers.RetryAfter = ((int)Math.Ceiling(retryAfter.TotalSeconds)).ToString();
        return JsonAnswer.SendMessageAsync(context, StatusCodes.Status429TooManyRequests, reason);
    }
}
