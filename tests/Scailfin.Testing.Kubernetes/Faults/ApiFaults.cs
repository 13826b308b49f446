using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Scailfin.Testing.Kubernetes.Http;

namespace Scailfin.Testing.Kubernetes.Faults;

/// <summary>
/// What goes wrong, on demand. A fault applies to the next requests that its condition fits, as many as it says, then it is gone.
/// </summary>
public sealed class ApiFaults
{
    private readonly Lock _gate = new();
    private readonly List<Planned> _planned = [];
    private readonly ConcurrentDictionary<WatchWire, byte> _watches = [];
    private volatile TaskCompletionSource? _hanging;

    /// <summary>The request is refused with that Status and changes nothing.</summary>
    public void Refuse(Func<ApiRequest, bool> which, ApiFailure with, int times = 1) =>
        Plan(which, times, new Fault { Answer = ApiAnswer.Of(with) });

    /// <summary>Refused by flow control: 429 as text, with Retry-After.</summary>
    public void Throttle(Func<ApiRequest, bool> which, int times = 1) => Plan(which, times, new Fault { Answer = TooManyRequests });

    /// <summary>The request is refused with a body that is no Status, as a proxy in front of the API server answers.</summary>
    public void RefuseAsProxy(Func<ApiRequest, bool> which, int code, string body, int times = 1) =>
        Plan(which, times, new Fault { Answer = ApiAnswer.Text(code, body) });

    /// <summary>The connection is reset before the request is looked at.</summary>
    public void LoseRequest(Func<ApiRequest, bool> which, int times = 1) => Plan(which, times, new Fault { Lost = LostAt.Request });

    /// <summary>The request is carried out (a create is stored), then the connection is reset instead of an answer.</summary>
    public void LoseAnswer(Func<ApiRequest, bool> which, int times = 1) => Plan(which, times, new Fault { Lost = LostAt.Answer });

    /// <summary>The request is carried out, then half of the answer's body is sent and the connection is reset.</summary>
    public void CutAnswer(Func<ApiRequest, bool> which, int times = 1) => Plan(which, times, new Fault { Lost = LostAt.Body });

    /// <summary>The request is carried out; its headers come that much later.</summary>
    public void Delay(Func<ApiRequest, bool> which, TimeSpan by, int times = int.MaxValue) =>
        Plan(which, times, new Fault { DelayedBy = by });

    /// <summary>The request is not answered until <see cref="Heal"/>, or the client hangs up.</summary>
    public void Swallow(Func<ApiRequest, bool> which, int times = 1) => Plan(which, times, new Fault { Lost = LostAt.Never });

    /// <summary>The next watches that the condition fits have this fault.</summary>
    public void Spoil(Func<ApiRequest, bool> which, WatchFault with, int times = 1) =>
        Plan(request => request.IsWatch && which(request), times, new Fault { Watch = with });

    /// <summary>Nothing is answered any more, and open watches fall silent, until <see cref="Heal"/>.</summary>
    public void Hang()
    {
        _hanging ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        SilenceWatches();
    }

    /// <summary>Ends what <see cref="Hang"/> began and forgets all faults that are still planned.</summary>
    public void Heal()
    {
        lock (_gate)
            _planned.Clear();
        Interlocked.Exchange(ref _hanging, null)?.TrySetResult();
    }

    /// <summary>How many watches are open.</summary>
    public int OpenWatches => _watches.Count;

    /// <summary>Resets the connection of every open watch.</summary>
    public void CutWatches() => ForEachWatch(watch => watch.Cut());

    /// <summary>Ends every open watch cleanly, as the server does after 30 to 60 minutes.</summary>
    public void EndWatches() => ForEachWatch(watch => watch.End());

    /// <summary>Open watches stay open and send nothing any more: as behind a firewall that forgot the connection.</summary>
    public void SilenceWatches() => ForEachWatch(watch => watch.Silence());

    internal async Task<Fault?> FaultForAsync(ApiRequest request, CancellationToken cancellation)
    {
        if (_hanging is { } hanging)
            await hanging.Task.WaitAsync(cancellation);
        lock (_gate)
        {
            Planned? planned = _planned.Find(candidate => candidate.Which(request));
            if (planned is not null && --planned.Times <= 0)
                _planned.Remove(planned);
            return planned?.Fault;
        }
    }

    internal async Task UntilHealedAsync(CancellationToken cancellation)
    {
        var forever = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await (Interlocked.CompareExchange(ref _hanging, forever, null) ?? forever).Task.WaitAsync(cancellation);
    }

    internal void Opened(WatchWire watch) => _watches[watch] = 0;

    internal void Closed(WatchWire watch) => _watches.TryRemove(watch, out _);

    private void Plan(Func<ApiRequest, bool> which, int times, Fault fault)
    {
        lock (_gate)
            _planned.Add(new Planned(which, fault) { Times = times });
    }

    private void ForEachWatch(Action<WatchWire> action)
    {
        foreach (WatchWire watch in _watches.Keys)
            action(watch);
    }

    private static ApiAnswer TooManyRequests =>
        ApiAnswer.Text(StatusCodes.Status429TooManyRequests, "Too many requests, please try again later.\n") with { RetryAfterSeconds = 1 };

    private sealed record Planned(Func<ApiRequest, bool> Which, Fault Fault)
    {
        public int Times { get; set; }
    }
}
