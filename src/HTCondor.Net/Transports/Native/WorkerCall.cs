using HTCondor.Net.ClassAds;
using HTCondor.Net.Transports.Native.Protocol;

namespace HTCondor.Net.Transports.Native;

/// <summary>The worker's reply to one call.</summary>
internal sealed record WorkerAnswer(WorkerResult Result, IReadOnlyList<ClassAd> Ads);

/// <summary>
/// One call on its way: it waits for a worker, runs, and from the worker's "ready" on may have changed something. It ends once, by the
/// first of these: the answer, the deadline, the caller's cancellation.
/// </summary>
internal sealed class WorkerCall(WorkerRequest request, TimeSpan deadline, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly long _begin = time.GetTimestamp();
    private readonly TaskCompletionSource<WorkerAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<ClassAd> _ads = [];
    private WorkerProcess? _worker;
    private bool _released;

    public Task<WorkerAnswer> Answer => _answer.Task;

    public WorkerRequest Request => request;

    public TimeSpan Remaining => deadline - time.GetElapsedTime(_begin);

    public bool IsOver => _answer.Task.IsCompleted;

    /// <summary>Whether the worker was told to go ahead.</summary>
    public bool IsReleased
    {
        get
        {
            lock (_lock)
                return _released;
        }
    }

    /// <summary>Assigns the call to a worker; false if the call has already ended.</summary>
    public bool TryBegin(WorkerProcess worker)
    {
        lock (_lock)
        {
            _worker = worker;
            return !IsOver;
        }
    }

    /// <summary>Allows the worker to make the change; false if the call has already ended.</summary>
    public bool TryRelease()
    {
        lock (_lock)
            return !IsOver && (_released = true);
    }

    public void Add(ClassAd ad) => _ads.Add(ad);

    public void Succeed(WorkerResult result) => _answer.TrySetResult(new WorkerAnswer(result, _ads));

    public void Fail(HTCondorError error) => _answer.TrySetException(new HTCondorException(error));

    /// <summary>The deadline has passed.</summary>
    public void Expire()
    {
        lock (_lock)
            Fail(_worker is null
                ? WorkerErrors.NoWorkerInTime(request, deadline)
                : WorkerErrors.Hung(request, deadline, _released, _worker.LastWords));
    }

    /// <summary>Cancels the call for its caller. A call that was released continues; its answer is dropped.</summary>
    public void Cancel(CancellationToken by)
    {
        lock (_lock)
            _answer.TrySetCanceled(by);
    }
}
