using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Scailfin.Core.Storage;

namespace Scailfin.Storage;

/// <summary>
/// Runs all writes on one thread and one connection, in their order; those that are waiting when a commit begins share it. A write's task
/// completes after the commit, that is after the disk has it (synchronous=FULL).
/// </summary>
internal sealed class GroupCommit : IDisposable
{
    private const int LargestGroup = 256;

    private readonly BlockingCollection<Write> _queue = [];
    private readonly Func<SqliteWriter> _open;
    private readonly Thread _thread;

    public GroupCommit(Func<SqliteWriter> open)
    {
        _open = open;
        _thread = new Thread(Run) { IsBackground = true, Name = "job store" };
        _thread.Start();
    }

    /// <summary>Runs a write; its result is what it returned, once it is durable.</summary>
    public Task<bool> RunAsync(Func<SqliteWriter, bool> work)
    {
        var write = new Write(work);
        _queue.Add(write);
        return write.Done.Task;
    }

    public void Dispose()
    {
        _queue.CompleteAdding();
        _thread.Join();
        _queue.Dispose();
    }

    private void Run()
    {
        SqliteWriter? writer = null;
        var group = new List<Write>(LargestGroup);
        foreach (Write first in _queue.GetConsumingEnumerable())
        {
            group.Add(first);
            while (group.Count < LargestGroup && _queue.TryTake(out Write? next))
                group.Add(next);
            try
            {
                writer ??= _open();
                Commit(writer, group);
            }
            catch (Exception exception)
            {
                // A connection that failed is not trusted again: the next write opens a new one.
                writer?.Dispose();
                writer = null;
                foreach (Write write in group)
                    write.Fail(exception);
            }

            group.Clear();
        }

        writer?.Dispose();
    }

    private static void Commit(SqliteWriter writer, List<Write> group)
    {
        try
        {
            bool[] results = InOneTransaction(writer, group);
            for (int i = 0; i < group.Count; i++)
                group[i].Done.TrySetResult(results[i]);
        }
        catch (SqliteException) when (group.Count > 1)
        {
            // One bad write must not take the others with it: each gets a transaction of its own.
            foreach (Write write in group)
                CommitAlone(writer, write);
        }
    }

    private static void CommitAlone(SqliteWriter writer, Write write)
    {
        try
        {
            write.Done.TrySetResult(InOneTransaction(writer, [write])[0]);
        }
        catch (SqliteException exception)
        {
            write.Fail(exception);
        }
    }

    private static bool[] InOneTransaction(SqliteWriter writer, List<Write> group)
    {
        using SqliteTransaction transaction = writer.Begin();
        bool[] results = [.. group.Select(write => write.Work(writer))];
        transaction.Commit();
        return results;
    }

    private sealed record Write(Func<SqliteWriter, bool> Work)
    {
        public TaskCompletionSource<bool> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Fail(Exception exception) =>
            Done.TrySetException(new JobStoreUnavailableException($"The job store cannot be written: {exception.Message}", exception));
    }
}
