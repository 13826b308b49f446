using System.Collections.Concurrent;

namespace Scailfin.JobController.Access;

/// <summary>
/// Logs why signed tokens are refused: each reason at most once a minute, because anybody can send tokens. The reasons are sentences of
/// this program, so there are few.
/// </summary>
internal sealed partial class RefusedTokens(TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, long> _loggedAt = new(StringComparer.Ordinal);

    public void Log(string reason)
    {
        long now = time.GetTimestamp();
        bool before = _loggedAt.TryGetValue(reason, out long at);
        if (before && time.GetElapsedTime(at, now) < Pause)
            return;
        if (before ? _loggedAt.TryUpdate(reason, now, at) : _loggedAt.TryAdd(reason, now))
            LogRefused(logger, reason);
    }

    [LoggerMessage(
        EventId = 211, Level = LogLevel.Warning, Message = "A signed token was refused: {Reason} (Logged once a minute at most.)")]
    private static partial void LogRefused(ILogger logger, string reason);
}
