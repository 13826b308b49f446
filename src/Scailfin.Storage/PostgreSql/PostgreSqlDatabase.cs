using Npgsql;

namespace Scailfin.Storage.PostgreSql;

/// <summary>
/// The way to the database, shared by everything here. Fit for a transaction pooler (contract F.3): no prepared statements, no session
/// state, nothing sent when a connection goes back to the pool; and an idle connection is closed after about a second, so that
/// hundreds of services that wait do not hold hundreds of connections.
/// </summary>
internal sealed class PostgreSqlDatabase : IAsyncDisposable, IDisposable
{
    /// <summary>Seconds without an answer after which a server counts as unreachable.</summary>
    private const int CommandTimeout = 10;

    /// <summary>
    /// The lowest transfer rate, in characters per second, at which a link still counts as up: the timeout of a write grows with its size.
    /// </summary>
    private const long SlowestPerSecond = 256 << 10;

    private readonly NpgsqlDataSource _source;
    private int _roundTrips;

    public PostgreSqlDatabase(PostgreSqlOptions options)
    {
        Options = options;
        var builder = new NpgsqlSlimDataSourceBuilder
        {
            ConnectionStringBuilder =
            {
                Host = options.Host,
                Port = options.Port,
                Database = options.Database,
                Username = options.User,
                Password = options.Password,
                SslMode = Enum.Parse<SslMode>(options.SslMode.ToString(), ignoreCase: true),
                RootCertificate = options.RootCertificate,
                ApplicationName = options.ApplicationName,
                Options = options.ServerOptions,
                Pooling = true,
                MinPoolSize = 0,
                MaxPoolSize = options.PoolSize,
                NoResetOnClose = true,
                MaxAutoPrepare = 0,
                ConnectionIdleLifetime = 1,
                ConnectionPruningInterval = 1,
                Timeout = Math.Max(1, (int)options.ConnectTimeout.TotalSeconds),
                CommandTimeout = CommandTimeout,
                Enlist = false,
                PersistSecurityInfo = false,

                // Keepalives detect a broken connection while it is idle, before the next command fails on it.
                TcpKeepAlive = true,
                TcpKeepAliveTime = 5,
                TcpKeepAliveInterval = 1,
            },
        };
        builder.EnableTransportSecurity();
        builder.EnableArrays();

        // Only built-in types are used, so the query for all other types is skipped: it would be most of a short-lived process's traffic.
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        _source = builder.Build();
    }

    public PostgreSqlOptions Options { get; }

    /// <summary>Round trips so far, each one batch; for the budget of the design's section 7.</summary>
    public int RoundTrips => _roundTrips;

    /// <summary>
    /// All of the commands in one round trip and one implicit transaction: everything up to the one Sync message of a pipeline is made or
    /// nothing is (https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING).
    /// </summary>
    public async Task<T> SendAsync<T>(
        IReadOnlyList<NpgsqlBatchCommand> commands,
        Func<NpgsqlDataReader, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken,
        long characters = 0)
    {
        try
        {
            await using NpgsqlConnection connection = await _source.OpenConnectionAsync(cancellationToken);
            await using NpgsqlBatch batch = connection.CreateBatch();
            batch.Timeout = CommandTimeout + (int)(characters / SlowestPerSecond);
            foreach (NpgsqlBatchCommand command in commands)
                batch.BatchCommands.Add(command);
            Interlocked.Increment(ref _roundTrips);
            await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellationToken);
            T result = await read(reader, cancellationToken);

            // An error after the last row is thrown here; the reader's Dispose would hide it.
            while (await reader.NextResultAsync(cancellationToken))
            {
            }

            return result;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception) when (PostgreSqlErrors.IsOfStorage(exception))
        {
            throw PostgreSqlErrors.Translate(exception, Options);
        }
    }

    /// <summary>Makes one query in one round trip.</summary>
    public Task<List<T>> QueryAsync<T>(NpgsqlBatchCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken) =>
        SendAsync(
            [command],
            async (reader, cancelled) =>
            {
                var rows = new List<T>();
                while (await reader.ReadAsync(cancelled))
                    rows.Add(read(reader));
                return rows;
            },
            cancellationToken);

    /// <summary>Work of several statements in a transaction of its own; only for what happens once in a service's life.</summary>
    public async Task InTransactionAsync(Func<NpgsqlConnection, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await using NpgsqlConnection connection = await _source.OpenConnectionAsync(cancellationToken);
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
            await work(connection);
            await transaction.CommitAsync(cancellationToken);
        }
        catch (Exception exception) when (PostgreSqlErrors.IsOfStorage(exception))
        {
            throw PostgreSqlErrors.Translate(exception, Options);
        }
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    public void Dispose() => _source.Dispose();
}
