using Microsoft.Data.Sqlite;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;

namespace Scailfin.Storage;

/// <summary>Jobs in one SQLite file: write-ahead log, synchronous=FULL, so that what was answered survives kill -9 and a power cut.</summary>
internal sealed class SqliteJobStore : IJobStore, IDisposable
{
    private readonly string _path;
    private readonly GroupCommit _writes;

    public SqliteJobStore(string path)
    {
        _path = path;
        _writes = new GroupCommit(() => new SqliteWriter(Open(SqliteOpenMode.ReadWriteCreate)));
    }

    public async Task InitializeAsync(CancellationToken cancellationToken)
    {
        using Stream script = typeof(SqliteJobStore).Assembly.GetManifestResourceStream("sqlite.sql")!;
        using var reader = new StreamReader(script);
        string schema = await reader.ReadToEndAsync(cancellationToken);
        using SqliteConnection connection = Open(SqliteOpenMode.ReadWriteCreate);
        File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = $"PRAGMA journal_mode=WAL; {schema}";
        command.ExecuteNonQuery();
    }

    public Task InsertAsync(Job job, IReadOnlyList<TimelineEntry> entries, CancellationToken cancellationToken) =>
        _writes.RunAsync(writer => writer.Insert(job, entries));

    public Task<bool> WriteAsync(JobWrite write, CancellationToken cancellationToken) => _writes.RunAsync(writer => writer.Update(write));

    public Task<IReadOnlyList<Job>> ListAsync(CancellationToken cancellationToken) =>
        ReadAsync($"SELECT {JobRow.Columns} FROM job ORDER BY sequence", JobRow.Read, null, cancellationToken);

    public async Task<Job?> FindAsync(JobId id, CancellationToken cancellationToken)
    {
        IReadOnlyList<Job> found = await ReadAsync($"SELECT {JobRow.Columns} FROM job WHERE id = @id", JobRow.Read, id, cancellationToken);
        return found.Count == 0 ? null : found[0];
    }

    public async Task<string?> ReadLogsAsync(JobId id, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> found = await ReadAsync("SELECT logs FROM job_log WHERE job_id = @id", row => row.GetString(0), id, cancellationToken);
        return found.Count == 0 ? null : found[0];
    }

    public Task<IReadOnlyList<TimelineEntry>> ReadTimelineAsync(JobId id, CancellationToken cancellationToken) =>
        ReadAsync(
            "SELECT at, attempt, event, detail FROM job_event WHERE job_id = @id ORDER BY sequence",
            row => new TimelineEntry(DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(0)), row.GetInt32(1), row.GetString(2), row.GetString(3)),
            id,
            cancellationToken);

    public void Dispose() => _writes.Dispose();

    private async Task<IReadOnlyList<T>> ReadAsync<T>(string sql, Func<SqliteDataReader, T> read, JobId? id, CancellationToken cancellationToken)
    {
        if (!File.Exists(_path))
            return [];
        using SqliteConnection connection = Open(SqliteOpenMode.ReadWrite);
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        if (id is { } wanted)
            command.Parameters.AddWithValue("@id", wanted.ToString());
        try
        {
            using SqliteDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
            var rows = new List<T>();
            while (await reader.ReadAsync(cancellationToken))
                rows.Add(read(reader));
            return rows;
        }
        catch (SqliteException exception) when (exception.Message.Contains("no such table", StringComparison.Ordinal))
        {
            // A second instance may look before the first one has made the tables.
            return [];
        }
    }

    private SqliteConnection Open(SqliteOpenMode mode)
    {
        var settings = new SqliteConnectionStringBuilder { DataSource = _path, Mode = mode, Pooling = mode == SqliteOpenMode.ReadWrite };
        var connection = new SqliteConnection(settings.ConnectionString);
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000";
        command.ExecuteNonQuery();
        return connection;
    }
}
