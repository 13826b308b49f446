using Npgsql;
using Scailfin.Core.Storage;

namespace Scailfin.Storage.PostgreSql;

/// <summary>Durable writes.</summary>
internal sealed partial class PostgreSqlJobStore
{
    private const string UndefinedColumn = "42703";
    private const string UndefinedTable = "42P01";
    private const string UndefinedSchema = "3F000";

    /// <summary>
    /// Appends whose commit was tried and not answered: appending is the one write that does not repeat itself harmlessly.
    /// </summary>
    private readonly HashSet<StoreWrite> _unanswered = new(ReferenceEqualityComparer.Instance);

    public async Task<IReadOnlyList<bool>> CommitAsync(IReadOnlyList<StoreWrite> group, CancellationToken cancellationToken)
    {
        JobTables tables = _tables ?? await RecogniseAsync(cancellationToken)
            ?? throw new JobStoreUnavailableException($"{database.Options} has no tables yet.");
        try
        {
            return await CommitAsync(tables, group, cancellationToken);
        }
        catch (JobStoreException exception) when (tables is ReanaTables old && HasState(exception, UndefinedColumn))
        {
            // REANA was upgraded while this service runs, and a column no longer exists (contract G.7).
            Catalogue catalogue = await Catalogue.ReadAsync(database, cancellationToken);
            _tables = tables = Reana(catalogue, old.Traits.KeepsRequests);
            return await CommitAsync(tables, group, cancellationToken);
        }
    }

    private static bool HasState(JobStoreException exception, params ReadOnlySpan<string> states) =>
        exception.InnerException is { } inner && PostgreSqlErrors.Is(inner, states);

    private async Task<IReadOnlyList<bool>> CommitAsync(
        JobTables tables, IReadOnlyList<StoreWrite> group, CancellationToken cancellationToken)
    {
        NpgsqlBatchCommand?[] statements = [.. group.Select(write => tables.Write(write, WasTried(write)))];
        if (Array.TrueForAll(statements, statement => statement is null))
            return [.. group.Select(_ => true)];

        List<NpgsqlBatchCommand> batch = lease is null ? [] : [lease.Check()];
        int checks = batch.Count;
        batch.AddRange(statements.OfType<NpgsqlBatchCommand>());
        try
        {
            IReadOnlyList<bool> applied = await database.SendAsync(
                batch, (reader, cancelled) => ReadAsync(statements, checks, reader, cancelled), cancellationToken, group.Sum(LogLength));
            Forget(group);
            return applied;
        }
        catch (JobStoreException exception)
            when (lease is not null && exception.InnerException is { } inner && PostgreSqlLease.IsRefusal(inner))
        {
            throw lease.Refused(inner);
        }
        catch (JobStoreException exception) when (HasState(exception, InsufficientPrivilege, UndefinedTable, UndefinedSchema))
        {
            // Permissions or tables were removed. No single write is the cause, so all writes wait until an administrator restores them.
            throw new JobStoreUnavailableException(exception.Message, exception.InnerException);
        }
        catch (Exception exception) when (exception is JobStoreUnavailableException or OperationCanceledException)
        {
            Remember(group);
            throw;
        }
    }

    /// <summary>Every statement answers with one number; a write that needs no statement in this layout counts as applied.</summary>
    private static async Task<IReadOnlyList<bool>> ReadAsync(
        NpgsqlBatchCommand?[] statements, int checks, NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        for (int check = 0; check < checks; check++)
            await reader.NextResultAsync(cancellationToken);
        var applied = new List<bool>(statements.Length);
        foreach (NpgsqlBatchCommand? statement in statements)
        {
            if (statement is null)
            {
                applied.Add(true);
                continue;
            }

            await reader.ReadAsync(cancellationToken);
            applied.Add(reader.GetInt64(0) != 0);
            await reader.NextResultAsync(cancellationToken);
        }

        return applied;
    }

    private static long LogLength(StoreWrite write) => write is StoreWrite.Change { Logs: { } logs } ? logs.Length : 0;

    private bool WasTried(StoreWrite write)
    {
        lock (_unanswered)
            return _unanswered.Contains(write);
    }

    private void Remember(IReadOnlyList<StoreWrite> group)
    {
        lock (_unanswered)
            _unanswered.UnionWith(group.OfType<StoreWrite.AppendWorkflowLog>());
    }

    private void Forget(IReadOnlyList<StoreWrite> group)
    {
        lock (_unanswered)
            _unanswered.ExceptWith(group);
    }
}
