using Scailfin.Core.Jobs;

namespace Scailfin.Core.Storage;

/// <summary>
/// Keeps long texts in memory, compressed, within a bound for all jobs: for a service whose rows hold them, too, and that must not leave
/// a user's texts in files. Of a settled job only the command is kept; if a new job needs the room, its first kilobyte.
/// </summary>
/// <param name="room">Bytes of all texts together.</param>
public sealed class SpecMemory(long room = SpecMemory.UsualRoom) : ISpecTexts, IDisposable
{
    /// <summary>The bound by default.</summary>
    public const long UsualRoom = 64 << 20;

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly LinkedList<KeptBytes> _settled = [];
    private TaskCompletionSource _freed = NewSignal();
    private long _used;
    private int _live;

    /// <summary>Bytes that are in use.</summary>
    public long Used
    {
        get
        {
            lock (_lock)
                return _used;
        }
    }

    /// <inheritdoc/>
    public async Task<JobSpec> KeepAsync(JobId id, JobSpec spec, CancellationToken cancellationToken)
    {
        if (spec.Kept is not null || spec.TextsLength <= SpecTexts.LongestInRow)
            return spec;
        var kept = new KeptBytes(this, id, spec.Texts);

        // One at a time: small texts that come later do not overtake long ones for ever.
        await _turn.WaitAsync(cancellationToken);
        try
        {
            while (!TryTake(kept, out Task freed))
                await freed.WaitAsync(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }

        return spec.KeptAs(kept);
    }

    /// <inheritdoc/>
    public Job Adopt(Job job)
    {
        if (job.Spec.Kept is not null || job.Spec.TextsLength <= SpecTexts.LongestInRow)
            return job;
        var kept = new KeptBytes(this, job.Id, job.Spec.Texts);
        lock (_lock)
            Take(kept);
        return job with { Spec = job.Spec.KeptAs(kept) };
    }

    /// <inheritdoc/>
    public void Remove(JobSpec spec)
    {
        if (spec.Kept is not KeptBytes kept)
            return;
        lock (_lock)
        {
            if (!kept.IsSettled)
                _live--;
            _settled.Remove(kept);
            Free(kept.Size);
        }
    }

    /// <inheritdoc/>
    public void Sweep(IReadOnlyList<Job> jobs)
    {
        // Nothing outlives the process.
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    internal void Settle(KeptBytes kept)
    {
        lock (_lock)
        {
            if (kept.IsSettled)
                return;
            _live--;
            _settled.AddLast(kept);
            Free(kept.KeepCommandOnly());
        }
    }

    private bool TryTake(KeptBytes kept, out Task freed)
    {
        lock (_lock)
        {
            freed = _freed.Task;
            while (_used + kept.Size > room && _settled.First is { } oldest)
            {
                _used -= oldest.Value.Shorten();
                _settled.RemoveFirst();
            }

            // Texts that are longer than the whole room are taken if they are alone.
            if (_used + kept.Size > room && _live > 0)
                return false;
            Take(kept);
            return true;
        }
    }

    private void Take(KeptBytes kept)
    {
        _used += kept.Size;
        _live++;
    }

    private void Free(long bytes)
    {
        _used -= bytes;
        _freed.TrySetResult();
        _freed = NewSignal();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
