using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;

namespace Scailfin.Core.Lifecycle;

/// <summary>
/// Hands attempts to one backend: as they come or, where the manager takes several in one transaction, all that came while it was busy with
/// others together. Nobody waits for company: an attempt that comes alone goes alone. Keeps to the manager's rate.
/// </summary>
internal sealed class SubmissionQueue(IJobManager manager, TimeProvider time)
{
    /// <summary>The most attempts in one transaction: a failure costs as many, and a schedd is busy for a tenth of a second.</summary>
    private const int LargestBatch = 500;

    private readonly ISubmitsInBatches _batches = manager as ISubmitsInBatches ?? new OneByOne(manager);
    private readonly bool _together = manager is ISubmitsInBatches;
    private readonly Queue<Waiting> _waiting = new();
    private readonly Lock _lock = new();
    private bool _busy;
    private DateTimeOffset _nextAt = DateTimeOffset.MinValue;

    /// <summary>Submits one attempt; every attempt of a batch that fails as a whole gets the same exception.</summary>
    public Task<Submission> SubmitAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        if (!_together && manager.Traits.SubmitsPerSecond is null)
            return manager.SubmitAsync(attempt, cancellationToken);
        var waiting = new Waiting(attempt);
        lock (_lock)
        {
            _waiting.Enqueue(waiting);
            if (_busy)
                return waiting.Outcome.Task;
            _busy = true;
        }

        _ = DrainAsync(cancellationToken);
        return waiting.Outcome.Task;
    }

    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        while (Next() is { Count: > 0 } batch)
        {
            try
            {
                await KeepToRateAsync(batch.Count, cancellationToken);
                IReadOnlyList<Submission> outcomes = await _batches.SubmitAsync([.. batch.Select(waiting => waiting.Attempt)], cancellationToken);
                if (outcomes.Count != batch.Count)
                    throw new InvalidOperationException($"The manager answered {outcomes.Count} of {batch.Count} submissions.");
                foreach ((Waiting waiting, Submission outcome) in batch.Zip(outcomes))
                    waiting.Outcome.TrySetResult(outcome);
            }
            catch (Exception exception)
            {
                foreach (Waiting waiting in batch)
                    waiting.Outcome.TrySetException(exception);
            }
        }
    }

    private List<Waiting> Next()
    {
        lock (_lock)
        {
            var batch = new List<Waiting>();
            while (batch.Count < (_together ? LargestBatch : 1) && _waiting.TryDequeue(out Waiting? waiting))
                batch.Add(waiting);
            _busy = batch.Count > 0;
            return batch;
        }
    }

    private async Task KeepToRateAsync(int count, CancellationToken cancellationToken)
    {
        if (manager.Traits.SubmitsPerSecond is not { } rate)
            return;
        DateTimeOffset now = time.GetUtcNow();
        if (_nextAt > now)
            await Task.Delay(_nextAt - now, time, cancellationToken);
        _nextAt = time.GetUtcNow() + TimeSpan.FromSeconds(count / rate);
    }

    private sealed record Waiting(Attempt Attempt)
    {
        public TaskCompletionSource<Submission> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class OneByOne(IJobManager manager) : ISubmitsInBatches
    {
        public async Task<IReadOnlyList<Submission>> SubmitAsync(IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken) =>
            [await manager.SubmitAsync(attempts[0], cancellationToken)];
    }
}
