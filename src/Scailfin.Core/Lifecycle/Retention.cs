using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;

namespace Scailfin.Core.Lifecycle;

/// <summary>Forgets jobs that have been settled for longer than they are to be kept.</summary>
internal sealed class Retention(LifecycleServices services, TimeSpan? kept)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    public async Task RunAsync(CancellationToken stopping)
    {
        if (kept is not { } span)
            return;
        try
        {
            while (true)
            {
                await PassAsync(services.Time.GetUtcNow() - span, stopping);
                await Task.Delay(Interval, services.Time, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The service is stopping.
        }
    }

    private async Task PassAsync(DateTimeOffset oldest, CancellationToken stopping)
    {
        List<Job> old = [.. services.Book.All().Where(job => job.IsSettled && job.FinishedAt < oldest)];
        List<PendingWrite> writes = [.. old.Select(job => services.Journal.Enqueue(new StoreWrite.Forget(job.Id)))];
        foreach (PendingWrite write in writes)
        {
            // If the store refuses to delete the row, the next pass tries again.
            await ((Task)write.Durable).WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stopping.ThrowIfCancellationRequested();
        }

        services.Book.Remove(old.Where((_, index) => writes[index].Durable.IsCompletedSuccessfully).Select(job => job.Id).ToHashSet());
    }
}
