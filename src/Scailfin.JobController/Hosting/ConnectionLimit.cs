using Microsoft.AspNetCore.Connections;

namespace Scailfin.JobController.Hosting;

/// <summary>
/// Bounds how many clients are connected, so that the service keeps descriptors for its own work: at the bound, the connection that has
/// been idle for the longest time is closed for a new one; if all are being answered, the new one is closed.
/// </summary>
/// <param name="most">Connections at a time.</param>
internal sealed class ConnectionLimit(int most)
{
    private const int Fewest = 16;
    private const int Most = 2048;

    /// <summary>Descriptors that the service needs beside its clients.</summary>
    private const int Own = 256;

    private readonly Lock _lock = new();
    private readonly LinkedList<Place> _idle = [];
    private int _open;

    /// <summary>
    /// How many connections leave the service enough of so many descriptors; each may need a second one for what is sent to it.
    /// </summary>
    public static int Of(long descriptors) => (int)Math.Clamp((descriptors - Math.Min(Own, descriptors / 2)) / 2, Fewest, Most);

    /// <summary>Admits connections of a listener.</summary>
    public ConnectionDelegate Admit(ConnectionDelegate next) => async connection =>
    {
        var place = new Place(this, connection);
        if (!TryOpen(place, out Place? idle))
        {
            connection.Abort(new ConnectionAbortedException("All connections are in use."));
            return;
        }

        idle?.Connection.Abort(new ConnectionAbortedException("The connection was idle, and another client needs its place."));
        connection.Features.Set(place);
        try
        {
            await next(connection);
        }
        finally
        {
            Close(place);
        }
    };

    /// <summary>Marks the connection of a request as in use while the request is answered.</summary>
    public static Task SendAsync(HttpContext context, RequestDelegate next) =>
        context.Features.Get<Place>() is { } place ? place.SendAsync(context, next) : next(context);

    private bool TryOpen(Place place, out Place? idle)
    {
        lock (_lock)
        {
            idle = null;
            if (_open >= most)
            {
                if (_idle.First is not { } longest)
                    return false;
                idle = longest.Value;
                idle.IsClosed = true;
                _idle.RemoveFirst();
                _open--;
            }

            _open++;
            _idle.AddLast(place.Node);
            return true;
        }
    }

    private void Close(Place place)
    {
        lock (_lock)
        {
            if (place.IsClosed)
                return;
            place.IsClosed = true;
            _open--;
            if (place.Node.List is not null)
                _idle.Remove(place.Node);
        }
    }

    /// <summary>One connection.</summary>
    private sealed class Place
    {
        private readonly ConnectionLimit _limit;

        public Place(ConnectionLimit limit, ConnectionContext connection)
        {
            _limit = limit;
            Connection = connection;
            Node = new LinkedListNode<Place>(this);
        }

        public ConnectionContext Connection { get; }

        /// <summary>In the list while no request is being answered.</summary>
        public LinkedListNode<Place> Node { get; }

        public bool IsClosed { get; set; }

        public async Task SendAsync(HttpContext context, RequestDelegate next)
        {
            lock (_limit._lock)
            {
                if (Node.List is not null)
                    _limit._idle.Remove(Node);
            }

            try
            {
                await next(context);
            }
            finally
            {
                lock (_limit._lock)
                {
                    if (!IsClosed && Node.List is null)
                        _limit._idle.AddLast(Node);
                }
            }
        }
    }
}
