using Microsoft.Extensions.Logging;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;
using Scailfin.Core.Time;

namespace Scailfin.Core.Lifecycle;

/// <summary>
/// Forgets jobs that have been settled for longer than they are to be kept. A clock that is wrong erases nothing: the age of a job counts
/// up to the newest job's time and the time that this service has run since, and a pass forgets only a part of the jobs.
/// </summary>
internal sealed partial class Retention(LifecycleServices services, TimeSpan? kept)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    /// <summary>A service that was off for a night is no sign of a wrong clock.</summary>
    private static readonly TimeSpan UsualSilence = TimeSpan.FromDays(1);

    /// <summary>Jobs that a pass may always forget.</summary>
    private const int FewJobs = 10;

    /// <summary>The part of the settled jobs that a pass may forget: a tenth in an hour.</summary>
    private const double UsualShare = 1.0 / 60;

    private bool _clockIsOdd;

    public async Task RunAsync(CancellationToken stopping)
    {
        if (kept is not { } span)
            return;
        TimeSpan began = services.Time.Monotonic();
        try
        {
            while (true)
            {
                await PassAsync(span, services.Time.Monotonic() - began, stopping);
                await Task.Delay(Interval, services.Time, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The service is stopping.
        }
    }

    private async Task PassAsync(TimeSpan span, TimeSpan uptime, CancellationToken stopping)
    {
        IReadOnlyList<Job> all = services.Book.All();
        DateTimeOffset now = SaneNow(all, uptime);
        Job[] settled = [.. all.Where(job => job.IsSettled)];

        // Where jobs are kept for hours only, as many go in an hour as came in one.
        double share = Math.Max(UsualShare, 2 * (Interval / span));
        int most = Math.Max(FewJobs, (int)Math.Min(settled.Length * share, settled.Length));
        List<Job> old = [.. settled.Where(job => job.FinishedAt < now - span).OrderBy(job => job.FinishedAt).Take(most)];
        List<PendingWrite> writes = [.. old.Select(job => services.Journal.Enqueue(new StoreWrite.Forget(job.Id)))];
        foreach (PendingWrite write in writes)
        {
            // If the store refuses to delete the row, the next pass tries again.
            await ((Task)write.Durable).WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stopping.ThrowIfCancellationRequested();
        }

        List<Job> gone = [.. old.Where((_, index) => writes[index].Durable.IsCompletedSuccessfully)];
        services.Book.Remove(gone.Select(job => job.Id).ToHashSet());
        foreach (Job job in gone)
            TextsRemoval.Remove(services, job);
    }

    private DateTimeOffset SaneNow(IReadOnlyList<Job> all, TimeSpan uptime)
    {
        DateTimeOffset now = services.Time.GetUtcNow();
        if (all.Count == 0)
            return now;
        DateTimeOffset newest = all.Max(job => job.FinishedAt ?? job.StartedAt ?? job.CreatedAt);
        DateTimeOffset latest = newest + uptime + UsualSilence;
        bool isOdd = now > latest;
        if (isOdd && !_clockIsOdd)
            LogOddClock(services.Logger, now, newest);
        _clockIsOdd = isOdd;
        return isOdd ? latest : now;
    }

    [LoggerMessage(
        EventId = 127,
        Level = LogLevel.Warning,
        Message = "The clock says {Now}, and the newest job is of {Newest}: finished jobs are kept until newer jobs confirm the clock")]
    private static partial void LogOddClock(ILogger logger, DateTimeOffset now, DateTimeOffset newest);
}
