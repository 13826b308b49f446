using Microsoft.Data.Sqlite;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;

namespace Scailfin.Storage;

/// <summary>The one connection that writes, with its statements prepared.</summary>
internal sealed class SqliteWriter : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _update;
    private readonly SqliteCommand _log;
    private readonly SqliteCommand _event;

    public SqliteWriter(SqliteConnection connection)
    {
        _connection = connection;
        _insert = Command(JobRow.Insert);
        _update = Command(JobRow.Update);
        _log = Command("INSERT INTO job_log (job_id, logs) VALUES (@id, @logs) ON CONFLICT (job_id) DO UPDATE SET logs = excluded.logs");
        _event = Command("INSERT INTO job_event (job_id, at, attempt, event, detail) VALUES (@id, @at, @attempt, @event, @detail)");
    }

    public SqliteTransaction Begin()
    {
        SqliteTransaction transaction = _connection.BeginTransaction();
        _insert.Transaction = _update.Transaction = _log.Transaction = _event.Transaction = transaction;
        return transaction;
    }

    public bool Insert(Job job, IReadOnlyList<TimelineEntry> entries)
    {
        Execute(_insert, [.. JobRow.Fixed(job), .. JobRow.Changing(job)]);
        Append(job.Id, entries);
        return true;
    }

    public bool Update(JobWrite write)
    {
        if (Execute(_update, [.. JobRow.Changing(write.Job), ("@expected", write.Expected.Name())]) == 0)
            return false;
        if (write.Logs is not null)
            Execute(_log, [("@id", write.Job.Id.ToString()), ("@logs", write.Logs)]);
        Append(write.Job.Id, write.Entries);
        return true;
    }

    public void Dispose()
    {
        _insert.Dispose();
        _update.Dispose();
        _log.Dispose();
        _event.Dispose();
        _connection.Dispose();
    }

    private static int Execute(SqliteCommand command, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        foreach ((string name, object? value) in parameters)
        {
            if (command.Parameters.Contains(name))
                command.Parameters[name].Value = value ?? DBNull.Value;
            else
                command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        return command.ExecuteNonQuery();
    }

    private void Append(JobId job, IReadOnlyList<TimelineEntry> entries)
    {
        foreach (TimelineEntry entry in entries)
        {
            Execute(
                _event,
                [
                    ("@id", job.ToString()),
                    ("@at", JobRow.Milliseconds(entry.At)),
                    ("@attempt", entry.Attempt),
                    ("@event", entry.Event),
                    ("@detail", entry.Detail),
                ]);
        }
    }

    private SqliteCommand Command(string text)
    {
        SqliteCommand command = _connection.CreateCommand();
        command.CommandText = text;
        return command;
    }
}
