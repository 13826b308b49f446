using Npgsql;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;

namespace Scailfin.Storage.PostgreSql;

/// <summary>
/// Jobs in a PostgreSQL database, in REANA's tables or in the service's own. A commit is one round trip; a connection is held for one call.
/// </summary>
internal sealed partial class PostgreSqlJobStore(
    PostgreSqlDatabase database, JobManagerRegistry backends, TimeProvider time, PostgreSqlLease? lease = null) : IJobStore
{
    private readonly BackendNames _backends = new(backends);
    private volatile JobTables? _tables;

    public StoreTraits Traits => _tables?.Traits ?? new StoreTraits();

    public Task<IReadOnlyList<Job>> ListAsync(Guid? workflow, ISpecTexts? texts, CancellationToken cancellationToken) => ReadAsync(
        tables => tables.List(workflow),
        (tables, row) => tables.ReadJob(row) is var job && texts is null ? job : texts.Adopt(job),
        cancellationToken);

    public async Task<Job?> FindAsync(JobId id, CancellationToken cancellationToken) =>
        await ReadAsync(tables => tables.Find(id), (tables, row) => tables.ReadJob(row), cancellationToken) is [var job, ..] ? job : null;

    public async Task<string?> ReadLogsAsync(JobId id, CancellationToken cancellationToken) =>
        await ReadAsync(tables => tables.ReadLogs(id), (_, row) => row.GetString(0), cancellationToken) is [var logs, ..] ? logs : null;

    public Task<IReadOnlyList<TimelineEntry>> ReadTimelineAsync(JobId id, CancellationToken cancellationToken) =>
        ReadAsync(
            tables => tables.Traits.KeepsRequests ? JobTables.ReadTimeline(id) : null,
            (_, row) => JobTables.ReadEntry(row),
            cancellationToken);

    private async Task<IReadOnlyList<T>> ReadAsync<T>(
        Func<JobTables, NpgsqlBatchCommand?> query, Func<JobTables, NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        if ((_tables ?? await RecogniseAsync(cancellationToken)) is not { } tables || query(tables) is not { } command)
            return [];
        return await database.QueryAsync(command, row => read(tables, row), cancellationToken);
    }
}
