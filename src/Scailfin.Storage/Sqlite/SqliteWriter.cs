using Microsoft.Data.Sqlite;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;

namespace Scailfin.Storage.Sqlite;

/// <summary>The one connection that writes, with its statements prepared.</summary>
internal sealed class SqliteWriter : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SpecFiles _specs;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _update;
    private readonly SqliteCommand _log;
    private readonly SqliteCommand _event;
    private readonly SqliteCommand _forget;
    private readonly SqliteCommand _forgetLog;
    private readonly SqliteCommand _forgetEvents;

    private IReadOnlyList<SqliteCommand> Commands => [_insert, _update, _log, _event, _forget, _forgetLog, _forgetEvents];

    public SqliteWriter(SqliteConnection connection, SpecFiles specs)
    {
        _connection = connection;
        _specs = specs;
        _insert = Command(SqliteJobRow.Insert);
        _update = Command(SqliteJobRow.Update);
        _log = Command("INSERT INTO job_log (job_id, logs) VALUES (@id, @logs) ON CONFLICT (job_id) DO UPDATE SET logs = excluded.logs");
        _event =
            Command("INSERT OR IGNORE INTO job_event (job_id, at, attempt, event, detail) VALUES (@id, @at, @attempt, @event, @detail)");
        _forget = Command("DELETE FROM job WHERE id = @id");
        _forgetLog = Command("DELETE FROM job_log WHERE job_id = @id");
        _forgetEvents = Command("DELETE FROM job_event WHERE job_id = @id");
    }

    /// <summary>All of the writes in one transaction, or none; whether each was applied.</summary>
    public IReadOnlyList<bool> Commit(IReadOnlyList<StoreWrite> group)
    {
        using SqliteTransaction transaction = _connection.BeginTransaction();
        foreach (SqliteCommand command in Commands)
            command.Transaction = transaction;
        bool[] applied = [.. group.Select(Apply)];
        transaction.Commit();
        return applied;
    }

    public void Dispose()
    {
        foreach (SqliteCommand command in Commands)
            command.Dispose();
        _connection.Dispose();
    }

    private bool Apply(StoreWrite write) => write switch
    {
        StoreWrite.Insert insert => Insert(insert),
        StoreWrite.Change change => Update(change),
        StoreWrite.Forget forget => Forget(forget.Id),
        _ => true, // this layout has no workflows
    };

    private bool Insert(StoreWrite.Insert write)
    {
        if (Execute(_insert, [.. SqliteJobRow.Fixed(write.Job, _specs), .. SqliteJobRow.Changing(write.Job)]) == 0)
            return false;
        Append(write.Job.Id, write.Entries);
        return true;
    }

    private bool Update(StoreWrite.Change write)
    {
        if (Execute(_update, [.. SqliteJobRow.Changing(write.Job), ("@expected", write.Expected.Name())]) == 0)
            return false;
        if (write.Logs is not null)
            Execute(_log, [("@id", write.Job.Id.ToString()), ("@logs", write.Logs)]);
        Append(write.Job.Id, write.Entries);
        return true;
    }

    private bool Forget(JobId id)
    {
        foreach (SqliteCommand command in (SqliteCommand[])[_forgetEvents, _forgetLog, _forget])
            Execute(command, [("@id", id.ToString())]);
        return true;
    }

    private static int Execute(SqliteCommand command, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        foreach ((string name, object? given) in parameters)
        {
            object? value = given is string text ? StoredText.Clean(text) : given;
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
                    ("@at", SqliteJobRow.Milliseconds(entry.At)),
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
