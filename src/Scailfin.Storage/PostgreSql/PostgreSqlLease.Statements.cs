using Scailfin.Core.Storage;

namespace Scailfin.Storage.PostgreSql;

/// <summary>The statements on the one row. <c>clock_timestamp()</c>, because a statement may have waited for the row's lock.</summary>
internal sealed partial class PostgreSqlLease
{
    private const string DivisionByZero = "22012";
    private const string UndefinedTable = "42P01";
    private const string UndefinedSchema = "3F000";
    private const string LostText = "The lease of the job store was lost to another instance; this one may no longer write.";

    /// <summary>
    /// The lock makes the order certain: a takeover in progress is waited for and then seen, and one that comes later waits for this
    /// commit. The divisor is a query's result, which the planner cannot compute beforehand.
    /// </summary>
    private const string CheckText =
        "SELECT 1 / (SELECT count(*) FROM (SELECT 1 FROM scailfin.lease WHERE id = 1 AND holder = $1 AND epoch = $2 FOR SHARE) held)";

    private const string AcquireText =
        "INSERT INTO scailfin.lease AS lease (id, holder, epoch, expires_at) VALUES (1, $1, 1, clock_timestamp() + interval '15 seconds') "
        + "ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, epoch = lease.epoch + 1, "
        + "expires_at = clock_timestamp() + interval '15 seconds' "
        + "WHERE lease.expires_at < clock_timestamp() OR lease.holder = excluded.holder RETURNING lease.epoch";

    private const string RenewText =
        "UPDATE scailfin.lease SET expires_at = clock_timestamp() + interval '15 seconds' "
        + "WHERE id = 1 AND holder = $1 AND epoch = $2 RETURNING epoch";

    private const string FreeText = "UPDATE scailfin.lease SET expires_at = '-infinity' WHERE id = 1 AND holder = $1 AND epoch = $2";

    private async Task<long?> TryAcquireAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await AcquireOnceAsync(cancellationToken);
        }
        catch (JobStoreException exception)
            when (exception.InnerException is { } inner && PostgreSqlErrors.Is(inner, UndefinedTable, UndefinedSchema))
        {
            // This is the first instance on this database: the table of the lease does not exist yet.
            await new Migrations(database).MakeLeaseAsync(cancellationToken);
            return await AcquireOnceAsync(cancellationToken);
        }
    }

    private async Task<long?> AcquireOnceAsync(CancellationToken cancellationToken)
    {
        List<long> epochs = await database.QueryAsync(
            Parameters.Command(AcquireText, Parameters.Text(_holder)), row => row.GetInt64(0), cancellationToken);
        return epochs.Count == 0 ? null : epochs[0];
    }

    private async Task<bool> TryRenewAsync(CancellationToken cancellationToken)
    {
        List<long> epochs = await database.QueryAsync(
            Parameters.Command(RenewText, Parameters.Text(_holder), Parameters.Long(Interlocked.Read(ref _epoch))),
            row => row.GetInt64(0),
            cancellationToken);
        return epochs.Count > 0;
    }

    private async Task FreeAsync(long epoch)
    {
        try
        {
            await database.QueryAsync(
                Parameters.Command(FreeText, Parameters.Text(_holder), Parameters.Long(epoch)),
                row => row.FieldCount,
                CancellationToken.None);
        }
        catch (JobStoreException exception)
        {
            // The lease expires by itself.
            LogNotRenewed(logger, exception.Message);
        }
    }
}
