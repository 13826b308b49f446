using Npgsql;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;

namespace Scailfin.Storage.PostgreSql;

/// <summary>
/// REANA's tables (contract G), with the service's own <c>scailfin.reana_job</c> beside them if it exists. Of REANA's data only rows of
/// <c>job</c> and the end of <c>workflow.logs</c> are written, not <c>workflow.status</c>.
/// </summary>
internal sealed partial class ReanaTables(BackendNames backends, IReadOnlySet<string> columns, bool keepsRequests, TimeProvider time)
    : JobTables
{
    private const string Base =
        "SELECT j.id_, j.workflow_uuid, j.status::text, j.compute_backend, j.cvmfs_mounts, j.shared_file_system, j.docker_img, "
        + "j.cmd::text, j.env_vars::text, j.prettified_cmd::text, j.job_name, j.backend_job_id, j.created, j.started_at, j.finished_at, "
        + "w.owner_id::text, w.workspace_path";

    private const string Ours =
        ", r.owner, r.spec::text, r.reason, r.attempt, r.backend_state, r.evidence::text, "
        + "r.stop_at, r.stop_cause, r.ended_at, r.released, r.request_digest";

    private const string From = " FROM __reana.job j LEFT JOIN __reana.workflow w ON w.id_ = j.workflow_uuid";

    private const string SelectBase = Base + From;

    private const string SelectOurs = Base + Ours + From + " LEFT JOIN scailfin.reana_job r ON r.job_id = j.id_";

    /// <summary>
    /// If the text is there already at the second try of a commit whose answer was lost, the first try has written it.
    /// </summary>
    private const string AppendAgain =
        "WITH done AS (UPDATE __reana.workflow SET logs = coalesce(logs, '') || $2 "
        + "WHERE id_ = $1 AND position($2 IN coalesce(logs, '')) = 0) SELECT 1::bigint";

    /// <summary>One statement, so that what REANA appends at the same time is not lost (contract G.3).</summary>
    private const string AppendLog =
        "WITH done AS (UPDATE __reana.workflow SET logs = coalesce(logs, '') || $2 WHERE id_ = $1) SELECT 1::bigint";

    private readonly string _insert = InsertInto(columns, keepsRequests);

    public override StoreTraits Traits { get; } = keepsRequests ? new StoreTraits() : new StoreTraits
    {
        KeepsRequests = false,
        Limitation = "The database role may not make or use tables in the schema scailfin, so only what REANA's own columns hold is kept: "
            + "a job cannot be submitted again after a restart, a stop is not durable, and there is no timeline.",
    };

    public override NpgsqlBatchCommand? Write(StoreWrite write, bool again) => write switch
    {
        StoreWrite.Insert insert => Insert(insert),
        StoreWrite.Change change => Change(change),
        StoreWrite.AppendWorkflowLog append => Parameters.Command(
            again ? AppendAgain : AppendLog, Parameters.Uuid(append.Workflow), Parameters.Text(append.Text)),
        _ => null, // REANA owns these rows and deletes them itself
    };

    /// <summary>Selects jobs in the order of submission; the rows that upstream's controller wrote come first.</summary>
    public override NpgsqlBatchCommand? List(Guid? workflow) => (workflow, keepsRequests) switch
    {
        (null, false) => null,
        (null, true) => Parameters.Command(SelectOurs + " WHERE r.job_id IS NOT NULL ORDER BY r.sequence"),
        ({ } uuid, false) =>
            Parameters.Command(SelectBase + " WHERE j.workflow_uuid = $1 ORDER BY j.created, j.id_", Parameters.Uuid(uuid)),
        ({ } uuid, true) => Parameters.Command(
            SelectOurs + " WHERE j.workflow_uuid = $1 ORDER BY r.sequence NULLS FIRST, j.created, j.id_", Parameters.Uuid(uuid)),
    };

    public override NpgsqlBatchCommand Find(JobId id) => keepsRequests
        ? Parameters.Command(SelectOurs + " WHERE j.id_ = $1", Parameters.Uuid(id.Value))
        : Parameters.Command(SelectBase + " WHERE j.id_ = $1", Parameters.Uuid(id.Value));

    public override NpgsqlBatchCommand ReadLogs(JobId id) =>
        Parameters.Command("SELECT logs FROM __reana.job WHERE id_ = $1 AND logs IS NOT NULL", Parameters.Uuid(id.Value));

    public override Job ReadJob(NpgsqlDataReader row) => ReanaRow.Read(row, backends);
}
