using Npgsql;
using Scailfin.Core.Jobs;

namespace Scailfin.Storage.PostgreSql;

/// <summary>Reads a row of <c>__reana.job</c>, with the service's own row or, if upstream's controller wrote it, without.</summary>
internal static class ReanaRow
{
    /// <summary>The index of the first of the service's own columns.</summary>
    private const int Ours = 17;

    /// <summary>REANA keeps no time limit of a job; this is its chart's default (contract F.1), and the backend enforces its own.</summary>
    private static readonly TimeSpan UnknownTimeout = TimeSpan.FromDays(7);

    public static Job Read(NpgsqlDataReader row, BackendNames backends)
    {
        var shared = new Job
        {
            Id = new JobId(row.GetGuid(0)),
            Owner = row.Text(15) ?? "",
            Spec = new JobSpec
            {
                JobName = row.Text(10) ?? "",
                WorkflowUuid = row.GetGuid(1),
                WorkflowWorkspace = row.Text(16) ?? "",
                DockerImage = row.Text(6) ?? "",
                Command = ReanaColumnJson.ReadText(row.Text(7)),
                PrettifiedCommand = ReanaColumnJson.ReadText(row.Text(9)),
                CvmfsMounts = row.Text(4) ?? "",
                Environment = ReanaColumnJson.ReadPairs(row.Text(8)),
                SharedFileSystem = !row.IsDBNull(5) && row.GetBoolean(5),
                Backend = backends.Own(row.Text(3) ?? ""),
                Timeout = UnknownTimeout,
            },
            Status = JobStatuses.Parse(row.Text(2) ?? "created"),
            Handle = row.Text(11) is { } id ? new BackendHandle(id) : null,
            CreatedAt = Time(row, 12)!.Value,
            StartedAt = Time(row, 13),
            FinishedAt = Time(row, 14),
        };
        return row.FieldCount > Ours && !row.IsDBNull(Ours) ? WithOurs(shared, row) : shared with { Released = shared.Status.IsTerminal() };
    }

    private static Job WithOurs(Job shared, NpgsqlDataReader row) => shared with
    {
        Owner = row.GetString(Ours),
        Spec = StoredJobJson.ReadSpec(row.GetString(Ours + 1), shared.Spec.WorkflowUuid, shared.Spec.JobName, shared.Spec.Backend),
        Reason = row.GetString(Ours + 2),
        AttemptNumber = row.GetInt32(Ours + 3),
        Handle = shared.Handle is null ? null : shared.Handle with { State = row.Text(Ours + 4) ?? "" },
        Evidence = row.Text(Ours + 5) is { } evidence ? StoredJobJson.ReadEvidence(evidence) : null,
        Stop = JobRow.StopOf(Time(row, Ours + 6), row.Text(Ours + 7)),
        FinishedAt = shared.FinishedAt ?? Time(row, Ours + 8),
        Released = row.GetBoolean(Ours + 9),
        RequestDigest = row.Text(Ours + 10),
    };

    private static DateTimeOffset? Time(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : new DateTimeOffset(DateTime.SpecifyKind(row.GetDateTime(column), DateTimeKind.Utc));
}
