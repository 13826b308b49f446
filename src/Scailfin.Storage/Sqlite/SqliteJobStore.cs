using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;
using Scailfin.Core.Workspaces;
using SQLitePCL;

namespace Scailfin.Storage.Sqlite;

/// <summary>
/// Jobs in one SQLite file: write-ahead log, synchronous=FULL, so that what was answered survives kill -9 and a power cut.
/// </summary>
internal sealed partial class SqliteJobStore(string path, FileLease? lease = null, ILogger? logger = null) : IJobStore, IDisposable
{
    /// <summary>The version of the tables in sqlite.sql; a file of a later one was written by a later version of this program.</summary>
    private const long SchemaVersion = 2;

    /// <summary>
    /// Result codes that concern the file or the machine, not the statement: disk full, I/O error, locked, read-only, cannot open, damaged.
    /// </summary>
    private static readonly int[] Transient =
    [
        raw.SQLITE_FULL, raw.SQLITE_IOERR, raw.SQLITE_BUSY, raw.SQLITE_LOCKED, raw.SQLITE_READONLY, raw.SQLITE_CANTOPEN,
        raw.SQLITE_CORRUPT, raw.SQLITE_NOTADB,
    ];

    private readonly Lock _writing = new();
    private SqliteWriter? _writer;
    private FileIdentity? _file;

    public StoreTraits Traits { get; } = new();

    /// <summary>The files beside the store with the texts that its rows only name.</summary>
    public SpecFiles Specs { get; } = new(Path.Combine(Path.GetDirectoryName(path)!, "specs"));

    public async Task InitializeAsync(CancellationToken cancellationToken)
    {
        using Stream script = typeof(SqliteJobStore).Assembly.GetManifestResourceStream("sqlite.sql")!;
        using var reader = new StreamReader(script);
        string schema = await reader.ReadToEndAsync(cancellationToken);
        try
        {
            using SqliteConnection connection = Open(SqliteOpenMode.ReadWriteCreate);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            Check(connection);
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText =
                $"PRAGMA journal_mode=WAL; {UpgradeFrom(connection)} {schema} PRAGMA user_version={SchemaVersion};";
            command.ExecuteNonQuery();
            _file = FileIdentity.Of(path);
        }
        catch (SqliteException exception)
        {
            throw Translate(exception);
        }
    }

    /// <exception cref="JobStoreUnavailableException">The file is damaged, or of a later version of this program.</exception>
    private void Check(SqliteConnection connection)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        if (command.ExecuteScalar() is long version and > SchemaVersion)
        {
            throw new JobStoreUnavailableException(
                $"The job store {path} has tables of version {version}, but this program knows version {SchemaVersion}: "
                    + "run the later version of the program that made them.");
        }

        command.CommandText = "PRAGMA quick_check(1)";
        if (command.ExecuteScalar() is string words and not "ok")
        {
            throw new JobStoreUnavailableException(
                $"The job store {path} is damaged: \"{words}\". Restore the file, or move it away to begin without jobs.");
        }
    }

    /// <summary>A file that was removed, replaced or overwritten would take writes that nobody finds again.</summary>
    /// <exception cref="JobStoreUnavailableException">The file is another one, or another instance may use it.</exception>
    private void CheckFile()
    {
        if (lease is { IsHeld: false })
        {
            throw new JobStoreUnavailableException(
                $"The lock file {lease.Path} was removed or replaced, so another instance may use the job store. Restart this service.");
        }

        if (_file is not { } known)
            return;
        string? what = FileIdentity.Of(path) switch
        {
            null => "removed",
            { } now when now != known => "replaced",
            _ => RegularFile.ReadHead(path, Magic.Length) is { } head && head.Span.SequenceEqual(Magic) ? null : "overwritten",
        };
        if (what is not null)
        {
            throw new JobStoreUnavailableException(
                $"The job store {path} was {what} while this service runs. Put the file back, or restart the service to begin anew.");
        }
    }

    private static ReadOnlySpan<byte> Magic => "SQLite format 3\0"u8;

    /// <summary>Returns the SQL that upgrades the tables of an earlier version; empty if they are new or up to date.</summary>
    private static string UpgradeFrom(SqliteConnection connection)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText =
            "SELECT EXISTS (SELECT 1 FROM pragma_table_info('job')) "
                + "AND NOT EXISTS (SELECT 1 FROM pragma_table_info('job') WHERE name = 'request_digest')";
        bool first = (long)command.ExecuteScalar()! != 0;
        return first
            ? "ALTER TABLE job ADD COLUMN request_digest TEXT; "
                + "DELETE FROM job_event WHERE sequence NOT IN (SELECT MIN(sequence) FROM job_event GROUP BY job_id, at, attempt, event);"
            : "";
    }

    public Task<IReadOnlyList<bool>> CommitAsync(IReadOnlyList<StoreWrite> group, CancellationToken cancellationToken)
    {
        try
        {
            lock (_writing)
            {
                CheckFile();
                _writer ??= new SqliteWriter(Open(SqliteOpenMode.ReadWriteCreate), Specs);
                return Task.FromResult(_writer.Commit(group));
            }
        }
        catch (SqliteException exception)
        {
            // A connection that failed is not used again: the next commit opens a new one.
            Close();
            throw Translate(exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new JobStoreUnavailableException($"The job store {path} cannot be written: {exception.Message}", exception);
        }
    }

    public Task<IReadOnlyList<Job>> ListAsync(Guid? workflow, ISpecTexts? texts, CancellationToken cancellationToken)
    {
        Func<SqliteDataReader, Job> read =
            row => SqliteJobRow.Read(row, Specs) is var job && texts is null ? job : texts.Adopt(job);
        return workflow is { } uuid
            ? ReadAsync(
                $"SELECT {JobRow.Columns} FROM job WHERE workflow_uuid = @key ORDER BY sequence",
                read,
                uuid.ToString("D"),
                cancellationToken)
            : ReadAsync($"SELECT {JobRow.Columns} FROM job ORDER BY sequence", read, null, cancellationToken);
    }

    public async Task<Job?> FindAsync(JobId id, CancellationToken cancellationToken)
    {
        IReadOnlyList<Job> found = await ReadAsync(
            $"SELECT {JobRow.Columns} FROM job WHERE id = @key",
            row => SqliteJobRow.Read(row, Specs),
            id.ToString(),
            cancellationToken);
        return found.Count == 0 ? null : found[0];
    }

    public async Task<string?> ReadLogsAsync(JobId id, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> found = await ReadAsync(
            "SELECT logs FROM job_log WHERE job_id = @key", row => row.GetString(0), id.ToString(), cancellationToken);
        return found.Count == 0 ? null : found[0];
    }

    public Task<IReadOnlyList<TimelineEntry>> ReadTimelineAsync(JobId id, CancellationToken cancellationToken) =>
        ReadAsync(
            "SELECT at, attempt, event, detail FROM job_event WHERE job_id = @key ORDER BY sequence",
            row => new TimelineEntry(
                DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(0)), row.GetInt32(1), row.GetString(2), row.GetString(3)),
            id.ToString(),
            cancellationToken);

    public void Dispose()
    {
        Close();
        Specs.Dispose();
    }

    private void Close()
    {
        lock (_writing)
        {
            _writer?.Dispose();
            _writer = null;
        }
    }

    private static JobStoreException Translate(SqliteException exception) => Transient.Contains(exception.SqliteErrorCode)
        ? new JobStoreUnavailableException($"The job store cannot be written: {exception.Message}", exception)
        : new JobStoreException($"The job store refuses a write: {exception.Message}", exception);

    private async Task<IReadOnlyList<T>> ReadAsync<T>(
        string sql, Func<SqliteDataReader, T> read, string? key, CancellationToken cancellationToken)
        where T : class
    {
        if (!File.Exists(path))
            return [];
        try
        {
            using SqliteConnection connection = Open(SqliteOpenMode.ReadWrite);
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = sql;
            if (key is not null)
                command.Parameters.AddWithValue("@key", key);
            using SqliteDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
            var rows = new List<T>();
            while (await reader.ReadAsync(cancellationToken))
            {
                if (Row(reader, read) is { } row)
                    rows.Add(row);
            }

            return rows;
        }
        catch (SqliteException exception) when (exception.Message.Contains("no such table", StringComparison.Ordinal))
        {
            // A second instance may query before the first one has created the tables.
            return [];
        }
        catch (Exception exception) when (exception is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new JobStoreUnavailableException($"The job store cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Reads one row. One that is damaged is left where it is, and named: it must not keep the others from being read.</summary>
    private T? Row<T>(SqliteDataReader reader, Func<SqliteDataReader, T> read)
        where T : class
    {
        try
        {
            return read(reader);
        }
        catch (Exception exception) when (exception is not (SqliteException or IOException or UnauthorizedAccessException))
        {
            if (logger is not null)
                LogDamaged(logger, reader.GetValue(0), path, exception.Message);
            return null;
        }
    }

    [LoggerMessage(
        EventId = 135,
        Level = LogLevel.Error,
        Message = "The row of job {Job} in {Path} is damaged and is left aside: {Reason}")]
    private static partial void LogDamaged(ILogger logger, object job, string path, string reason);

    private SqliteConnection Open(SqliteOpenMode mode)
    {
        var settings = new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = mode == SqliteOpenMode.ReadWrite };
        var connection = new SqliteConnection(settings.ConnectionString);
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000";
        command.ExecuteNonQuery();
        return connection;
    }
}
