using Scailfin.JobController.Json;

namespace Scailfin.JobController.Access;

/// <summary>
/// Limits how many requests of one user are answered in a second and at once, so that one user's requests leave the others room.
/// </summary>
/// <param name="perSecond">Requests in a second, on average.</param>
/// <param name="atOnce">Requests that are being answered at the same time.</param>
/// <param name="time">The clock.</param>
internal sealed class UserTraffic(int perSecond, int atOnce, TimeProvider time)
{
    /// <summary>Seconds of the average that may come at once after a pause.</summary>
    private const int Burst = 10;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Share> _shares = new(StringComparer.Ordinal);

    /// <summary>Answers a request, or refuses it with 429. Administrators have no limits.</summary>
    public async Task SendAsync(HttpContext context, Caller caller, RequestDelegate next)
    {
        if (caller.IsAdministrator)
        {
            await next(context);
            return;
        }

        if (Enter(caller.User, out Share share) is { } refusal)
        {
            await TooMany.SendAsync(context, refusal, TimeSpan.FromSeconds(1));
            return;
        }

        try
        {
            await next(context);
        }
        finally
        {
            lock (_lock)
                share.AtOnce--;
        }
    }

    private string? Enter(string user, out Share share)
    {
        long now = time.GetTimestamp();
        lock (_lock)
        {
            if (!_shares.TryGetValue(user, out share!))
                _shares[user] = share = new Share { Left = perSecond * Burst, Seen = now };
            double refilled = share.Left + (time.GetElapsedTime(share.Seen, now).TotalSeconds * perSecond);
            share.Left = Math.Min(refilled, (double)perSecond * Burst);
            share.Seen = now;
            if (share.Left < 1)
                return $"User '{user}' sends more than {perSecond} requests in a second: the request was not handled.";
            if (share.AtOnce >= atOnce)
                return $"{atOnce} requests of user '{user}' are being answered, and no more may be at once: this one was not handled.";
            share.Left--;
            share.AtOnce++;
            return null;
        }
    }

    private sealed class Share
    {
        public double Left { get; set; }

        public long Seen { get; set; }

        public int AtOnce { get; set; }
    }
}
