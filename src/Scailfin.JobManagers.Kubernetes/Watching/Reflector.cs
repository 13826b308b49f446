using Microsoft.Extensions.Logging;
using Scailfin.Core.Time;
using Scailfin.JobManagers.Kubernetes.Api;
using Scailfin.JobManagers.Kubernetes.Objects;

namespace Scailfin.JobManagers.Kubernetes.Watching;

/// <summary>
/// Keeps the view of one kind of object up to date: lists, then watches from there on; lists again from time to time, because a watch may
/// fail to tell. Whatever goes wrong, it tries again with growing pauses.
/// </summary>
internal sealed partial class Reflector<T>(
    ObjectKind<T> kind,
    string selector,
    KubernetesApi api,
    Action<T, bool> take,
    Action<UnreadableObject, bool> miss,
    Action<IReadOnlyList<Readable<T>>, ulong> replace,
    TimeSpan relist,
    TimeProvider time,
    ILogger logger)
    where T : class, IWatchedObject
{
    /// <summary>Bookmarks come about every minute: a stream that is silent for longer is dead, although it was not closed.</summary>
    private static readonly TimeSpan SilenceBound = TimeSpan.FromSeconds(150);

    /// <summary>A watch that ends sooner counts as a failure for the pause that follows: it must not become a loop without one.</summary>
    private static readonly TimeSpan ShortestWatch = TimeSpan.FromSeconds(1);

    /// <summary>How often a list that expired is restarted at once; after that there is a pause.</summary>
    private const int MostExpiries = 3;

    /// <summary>How many unreadable objects are remembered, so that each is logged once.</summary>
    private const int MostNamed = 10_000;

    private readonly HashSet<string> _named = new(StringComparer.Ordinal);
    private readonly Pauses _pauses = new(time);
    private readonly TaskCompletionSource _listed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TimeSpan _nextList = TimeSpan.MinValue;
    private volatile string? _failure;

    /// <summary>Why what is known may be out of date; null while it is not.</summary>
    public string? Failure => _failure;

    /// <summary>The time at which the newest complete list was requested.</summary>
    public DateTimeOffset AsOf { get; private set; } = DateTimeOffset.MinValue;

    /// <summary>Completes once the first list has been read, or has failed.</summary>
    public Task FirstListAsync() => _listed.Task;

    /// <summary>Lists now: the answer is newer than that of any earlier request.</summary>
    /// <exception cref="ApiUnreachableException">There was no answer.</exception>
    public async Task<ApiRefusal?> ListAsync(CancellationToken cancellationToken) => (await ReadListAsync(cancellationToken)).Refusal;

    /// <summary>Runs until it is cancelled; never fails.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        string? version = null;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (version is null || time.Monotonic() >= _nextList)
                {
                    (ApiRefusal? refusal, version) = await ReadListAsync(cancellationToken);
                    if (refusal is not null)
                    {
                        await RestAsync(refusal.Sentence, cancellationToken);
                        continue;
                    }

                    _failure = null;
                    _listed.TrySetResult();
                }

                version = await WatchAsync(version!, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (ApiUnreachableException exception)
            {
                await RestAsync(exception.Message, cancellationToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailed(logger, kind.Name, exception);
                version = null;
                await RestAsync(exception.Message, cancellationToken);
            }
        }
    }

    private async Task<(ApiRefusal? Refusal, string? Version)> ReadListAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset begun = time.GetUtcNow();
        TimeSpan moment = time.Monotonic();
        var items = new List<Readable<T>>();
        string? page = null;
        int expiries = 0;
        do
        {
            ApiResult<WatchedList<T>> result = await api.ListAsync(kind, selector, page, cancellationToken);
            if (result.Refusal is { Class: RefusalClass.Expired } && page is not null && ++expiries <= MostExpiries)
            {
                // The continue token has expired (410): start the list again.
                items.Clear();
                page = null;
                continue;
            }

            if (result.Value is not { } list)
                return (result.Refusal, null);
            items.AddRange(list.Items ?? []);
            page = list.Metadata.Continue is { Length: > 0 } more ? more : null;
            if (page is null)
            {
                foreach (Readable<T> item in items)
                    NameOnce(item.Unreadable);
                replace(items, ObjectMetadata.VersionOf(list.Metadata.ResourceVersion));
                _nextList = moment + relist;
                AsOf = begun;
                return (null, list.Metadata.ResourceVersion);
            }
        }
        while (true);
    }

    /// <summary>The version to watch from next; null if a new list is needed.</summary>
    private async Task<string?> WatchAsync(string version, CancellationToken cancellationToken)
    {
        long begun = time.GetTimestamp();
        TimeSpan left = _nextList - time.Monotonic();
        int seconds = Math.Max(1, (int)left.TotalSeconds) + Pauses.Spread(30);
        using ApiStream stream = await api.WatchAsync(kind, selector, version, seconds, cancellationToken);
        if (stream.Refusal is { } refusal)
        {
            if (refusal.Class == RefusalClass.Expired)
                await _pauses.NextAsync(cancellationToken);
            else
                await RestAsync(refusal.Sentence, cancellationToken);
            return refusal is { Class: RefusalClass.Expired } or { Reason: "InternalError" } ? null : version;
        }

        _failure = null;
        string? last = version;
        using var silence = new CancellationTokenSource(SilenceBound, time);
        using var due = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, due.Token, cancellationToken);
        try
        {
            await using Stream body = await stream.BodyAsync(either.Token);
            await foreach ((WatchEvent<T>? change, StatusObject? status) in WatchLines.ReadAsync(
                body, kind, () => silence.CancelAfter(SilenceBound), either.Token))
            {
                if (status is not null)
                {
                    if (status.Class != RefusalClass.Expired)
                        await RestAsync($"The watch of {kind.Name} ended: {status.Message}", cancellationToken);
                    else if (time.GetElapsedTime(begun) < ShortestWatch)
                        await _pauses.NextAsync(cancellationToken);
                    return null;
                }

                if (change is not null)
                    last = Take(change) ?? last;
                if (time.GetElapsedTime(begun) >= ShortestWatch)
                    _pauses.Reset();
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The watch was silent for too long, or a new list is due.
            return last;
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            LogBroken(logger, kind.Name, exception.Message);
        }

        if (time.GetElapsedTime(begun) < ShortestWatch)
            await _pauses.NextAsync(cancellationToken);
        else
            _pauses.Reset();
        return last;
    }

    /// <summary>The version of the event, from which a watch continues; null if it has none.</summary>
    private string? Take(WatchEvent<T> change)
    {
        bool isDeletion = change.Type == "DELETED";
        switch (change)
        {
            case { Type: "ADDED" or "MODIFIED" or "DELETED", Object.Value: { } changed }:
                take(changed, isDeletion);
                break;
            case { Type: not "BOOKMARK", Object.Unreadable: { } unreadable }:
                NameOnce(unreadable);
                miss(unreadable, isDeletion);
                break;
        }

        string? version = change.Object.Value?.Metadata.ResourceVersion ?? change.Object.Unreadable?.ResourceVersion;
        return version is { Length: > 0 } ? version : null;
    }

    private void NameOnce(UnreadableObject? unreadable)
    {
        if (unreadable is null)
            return;
        string name = unreadable switch
        {
            { Name.Length: > 0 } => unreadable.Name,
            { Uid.Length: > 0 } => $"with the uid {unreadable.Uid}",
            _ => "without a name",
        };
        lock (_named)
        {
            if (_named.Count >= MostNamed)
                _named.Clear();
            if (!_named.Add(unreadable.Uid.Length > 0 ? unreadable.Uid : $"{name}: {unreadable.Why}"))
                return;
        }

        LogUnreadable(logger, kind.Singular, name, unreadable.Why);
    }

    private async Task RestAsync(string reason, CancellationToken cancellationToken)
    {
        if (_failure is null)
            LogAway(logger, kind.Name, reason);
        _failure = reason;
        _listed.TrySetResult();
        await _pauses.NextAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    [LoggerMessage(EventId = 600, Level = LogLevel.Information, Message = "The watch of {Kind} waits: {Reason}")]
    private static partial void LogAway(ILogger logger, string kind, string reason);

    [LoggerMessage(EventId = 601, Level = LogLevel.Debug, Message = "The watch of {Kind} broke and is opened again: {Reason}")]
    private static partial void LogBroken(ILogger logger, string kind, string reason);

    [LoggerMessage(EventId = 603, Level = LogLevel.Warning, Message = "Kubernetes' {Kind} {Name} cannot be read and is skipped: {Why}.")]
    private static partial void LogUnreadable(ILogger logger, string kind, string name, string why);

    [LoggerMessage(EventId = 602, Level = LogLevel.Error, Message = "The watch of {Kind} failed and is started again")]
    private static partial void LogFailed(ILogger logger, string kind, Exception exception);
}
