using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Scailfin.Testing.Kubernetes.Faults;
using Scailfin.Testing.Kubernetes.Objects;
using Scailfin.Testing.Kubernetes.Selectors;

namespace Scailfin.Testing.Kubernetes.Http;

/// <summary>One watch: what exists where that was asked for, then every change, bookmarks, and the end.</summary>
internal sealed class WatchStream(ObjectStore store, TimeProvider time, ApiRequest request, WatchWire wire)
{
    private const int Batch = 256;
    private static readonly TimeSpan BookmarkPeriod = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan BookmarkBeforeEnd = TimeSpan.FromSeconds(2);

    private readonly ObjectSelector _selector = ObjectSelector.Of(request);
    private readonly bool _bookmarks = request.Query.GetValueOrDefault("allowWatchBookmarks") is "true" or "1";
    private readonly bool _initialEvents = request.Query.GetValueOrDefault("sendInitialEvents") is "true" or "1";
    private readonly Channel<bool> _news =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private long _position;
    private long _sent;

    /// <summary>What forbids this watch, before anything is sent.</summary>
    public static ApiFailure? Refusal(ApiRequest request)
    {
        string version = request.Query.GetValueOrDefault("resourceVersion") ?? "";
        string match = request.Query.GetValueOrDefault("resourceVersionMatch") ?? "";
        bool initial = request.Query.ContainsKey("sendInitialEvents");
        if (initial && match.Length == 0)
            return Forbidden("resourceVersionMatch", "Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
        if (!initial && match.Length > 0)
            return Forbidden(
                "resourceVersionMatch", "Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
        return version.Length > 0 && !long.TryParse(version, CultureInfo.InvariantCulture, out _)
            ? new ApiFailure(
                500, "", $"resourceVersion: Invalid value: \"{version}\": strconv.ParseUint: parsing \"{version}\": invalid syntax")
            : null;
    }

    /// <summary>Runs until the time is over, the client hangs up, or the version asked for is too old.</summary>
    public async Task RunAsync(TimeSpan length, CancellationToken cancellation)
    {
        using CancellationTokenSource over = new(length, time);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellation);
        store.Subscribe(request.Type, _news.Writer);
        await using ITimer? bookmark = _bookmarks ? BookmarkTimer(length) : null;
        try
        {
            await wire.BeginAsync(cancellation);
            if (!await StartAsync(stop.Token))
                return;
            bool isLast = false;
            while (await ForwardAsync(stop.Token) && !isLast)
            {
                await Task.WhenAny(_news.Reader.WaitToReadAsync(stop.Token).AsTask(), wire.EndAsked);
                stop.Token.ThrowIfCancellationRequested();
                isLast = wire.EndAsked.IsCompleted;
                while (_news.Reader.TryRead(out _))
                {
                }
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            // timeoutSeconds ends a watch cleanly: the last chunk is sent.
        }
        finally
        {
            store.Unsubscribe(_news.Writer);
        }
    }

    private async Task<bool> StartAsync(CancellationToken cancellation)
    {
        string asked = request.Query.GetValueOrDefault("resourceVersion") ?? "";
        if (_initialEvents || asked is "" or "0")
        {
            (long version, _position, StoredObject[] items) = store.Snapshot(request.Type, request.Namespace);
            foreach (StoredObject item in items.Where(_selector.Matches))
                await wire.SendAsync(WatchMark.Event, ObjectChange.WatchLine(ChangeKind.Added, item), cancellation);
            _sent = version;
            if (_initialEvents && _bookmarks)
                await wire.SendAsync(WatchMark.Bookmark, Bookmark(version, initialEventsEnd: true), cancellation);
            return true;
        }
        long from = long.Parse(asked, CultureInfo.InvariantCulture);
        (long? position, long forgotten) = store.PositionAfter(request.Type, from);
        if (position is null)
        {
            await TooOldAsync(from, forgotten + 1, cancellation);
            return false;
        }
        _position = position.Value;
        _sent = from;
        return true;
    }

    private async Task<bool> ForwardAsync(CancellationToken cancellation)
    {
        while (true)
        {
            bool bookmark = Interlocked.Exchange(ref _bookmarkDue, 0) == 1;
            long current = store.Version;
            if (store.Read(request.Type, _position, Batch) is not { } changes)
            {
                await TooOldAsync(_sent, current, cancellation);
                return false;
            }
            foreach (ObjectChange change in changes)
            {
                if (LineFor(change) is { } line)
                    await wire.SendAsync(WatchMark.Event, line, cancellation);
                _sent = change.Version;
            }
            _position += changes.Length;
            if (bookmark)
                await wire.SendAsync(WatchMark.Bookmark, Bookmark(Math.Max(_sent, current), initialEventsEnd: false), cancellation);
            if (changes.Length < Batch)
            {
                await wire.FlushAsync(cancellation);
                return true;
            }
        }
    }

    /// <summary>An object that stops matching is sent as deleted, one that begins to match as added.</summary>
    private byte[]? LineFor(ObjectChange change)
    {
        if (change.Version <= _sent && _sent > store.Version)
            return null;
        bool matches = _selector.Matches(change.Object);
        bool matched = change.Previous is not null && _selector.Matches(change.Previous);
        return (change.Kind, matched, matches) switch
        {
            (ChangeKind.Deleted, true, true) or (ChangeKind.Deleted, false, true) => change.Line,
            (ChangeKind.Deleted, true, false) => change.GoneLine,
            (_, true, true) => change.Line,
            (_, false, true) => change.Kind == ChangeKind.Added ? change.Line : ObjectChange.WatchLine(ChangeKind.Added, change.Object),
            (_, true, false) => change.GoneLine,
            _ => null,
        };
    }

    private int _bookmarkDue;

    private ITimer BookmarkTimer(TimeSpan length)
    {
        TimeSpan last = length - BookmarkBeforeEnd;
        TimeSpan first = last > TimeSpan.Zero && last < BookmarkPeriod ? last : BookmarkPeriod;
        long begin = time.GetTimestamp();
        ITimer? timer = null;
        timer = time.CreateTimer(
            _ =>
            {
                Interlocked.Exchange(ref _bookmarkDue, 1);
                _news.Writer.TryWrite(true);
                TimeSpan left = last - time.GetElapsedTime(begin);
                if (left > TimeSpan.Zero)
                    timer?.Change(left < BookmarkPeriod ? left : BookmarkPeriod, Timeout.InfiniteTimeSpan);
            },
            null,
            first,
            Timeout.InfiniteTimeSpan);
        return timer;
    }

    private Task TooOldAsync(long asked, long oldest, CancellationToken cancellation)
    {
        JsonObject status = new ApiFailure(410, "Expired", $"too old resource version: {asked} ({oldest})").ToStatus();
        return wire.SendAsync(
            WatchMark.Error, [.. WireJson.Bytes(new JsonObject { ["type"] = "ERROR", ["object"] = status }), (byte)'\n'], cancellation);
    }

    private byte[] Bookmark(long version, bool initialEventsEnd)
    {
        string annotations = initialEventsEnd ? ",\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}" : "";
        string empty = request.Type == ResourceType.Pods ? ",\"spec\":{\"containers\":null},\"status\":{}"
            : request.Type == ResourceType.Jobs ? ",\"spec\":{\"template\":{\"metadata\":{},\"spec\":{\"containers\":null}}},\"status\":{}"
            : "";
        return Encoding.UTF8.GetBytes(
            $"{{\"type\":\"BOOKMARK\",\"object\":{{\"kind\":\"{request.Type.Kind}\",\"apiVersion\":\"{request.Type.ApiVersion}\","
                + $"\"metadata\":{{\"resourceVersion\":\"{version}\"{annotations}}}{empty}}}}}\n");
    }

    private static ApiFailure Forbidden(string field, string message) => new(
        422,
        "Invalid",
        $"ListOptions.meta.k8s.io \"\" is invalid: {field}: {message}",
        new JsonObject
        {
            ["group"] = "meta.k8s.io",
            ["kind"] = "ListOptions",
            ["causes"] = new JsonArray(new JsonObject { ["reason"] = "FieldValueForbidden", ["message"] = message, ["field"] = field }),
        });
}
