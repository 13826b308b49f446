using Microsoft.Extensions.Time.Testing;
using Scailfin.Core.Jobs;
using Scailfin.Core.Storage;
using Scailfin.Storage.PostgreSql;
using Scailfin.Testing;
using Scailfin.Testing.PostgreSql;

namespace Scailfin.Storage.Tests.PostgreSql;

/// <summary>The rows of <c>__reana.job</c>, byte for byte as contract G.1 to G.4 says, read back with plain SQL.</summary>
public sealed class ReanaRowsTests(PostgreSqlServer server) : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(Jobs.Time.AddHours(1));
    private TestDatabase? _database;
    private PostgreSqlJobStore? _store;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private PostgreSqlJobStore Store => _store!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.ReanaAsync(server);
        _store = await _database.OpenAsync(time: _time);
    }

    public ValueTask DisposeAsync() => _database!.DisposeAsync();

    [Fact]
    public async Task A_new_row_has_every_column_as_upstream_writes_it()
    {
        Job job = await InsertAsync(Created());
        Assert.Equal(
            $"2026-07-08 09:10:11.123|2026-07-08 09:10:11.123|{job.Id}||{TestDatabase.Workflow}|"
                + "created|Kubernetes||t|docker.io/library/busybox:1.36|f|||step",
            await ColumnsAsync(
                job,
                "created, updated, id_, backend_job_id, workflow_uuid, status, compute_backend, cvmfs_mounts, shared_file_system, "
                    + "docker_img, deleted, started_at, finished_at, job_name"));
        Assert.Equal("t|t|t", await ColumnsAsync(job, "logs IS NULL, backend_job_id IS NULL, cvmfs_mounts = ''"));
    }

    [Fact]
    public async Task The_command_is_encoded_twice_and_the_prettified_one_once()
    {
        Job job = await InsertAsync(Created("echo hi"));
        Assert.Equal("\"\\\"echo hi\\\"\"", await ColumnsAsync(job, "cmd::text"));
        Assert.Equal("\"echo hi\"", await ColumnsAsync(job, "prettified_cmd::text"));
    }

    [Fact]
    public async Task Json_is_written_as_Python_writes_it()
    {
        Job job = await InsertAsync(Created("é\"\\\n\u007f🚀"));

        // json.dumps(json.dumps('é"\\\n\x7f🚀'))
        Assert.Equal("\"\\\"\\\\u00e9\\\\\\\"\\\\\\\\\\\\n\\\\u007f\\\\ud83d\\\\ude80\\\"\"", await ColumnsAsync(job, "cmd::text"));
        Assert.Equal("\"\\u00e9\\\"\\\\\\n\\u007f\\ud83d\\ude80\"", await ColumnsAsync(job, "prettified_cmd::text"));
    }

    [Fact]
    public async Task The_environment_is_the_text_of_an_object_in_a_string()
    {
        Job created = Created();
        Job job = await InsertAsync(created with { Spec = created.Spec with { Environment = [new("B", "1"), new("A", "x y")] } });
        Assert.Equal("\"{\\\"B\\\": \\\"1\\\", \\\"A\\\": \\\"x y\\\"}\"", await ColumnsAsync(job, "env_vars::text"));
        Job empty = await InsertAsync(Created());
        Assert.Equal("\"{}\"", await ColumnsAsync(empty, "env_vars::text"));
    }

    [Fact]
    public async Task A_status_is_written_with_its_time_and_moves_updated()
    {
        Job job = await InsertAsync(Created());
        Job running =
            job with { Status = JobStatus.Running, StartedAt = Jobs.Time.AddSeconds(1), Handle = new BackendHandle("reana-run-job-1") };
        await ChangeAsync(running, JobStatus.Created);
        Assert.Equal("running|2026-07-08 09:10:12.123||reana-run-job-1|2026-07-08 10:10:11.123", await StateAsync(job));
        _time.Advance(TimeSpan.FromSeconds(5));
        await ChangeAsync(running with { Status = JobStatus.Finished, FinishedAt = Jobs.Time.AddSeconds(2) }, JobStatus.Running, "out");
        Assert.Equal(
            "finished|2026-07-08 09:10:12.123|2026-07-08 09:10:13.123|reana-run-job-1|2026-07-08 10:10:16.123", await StateAsync(job));
        Assert.Equal("out", await ColumnsAsync(job, "logs"));
    }

    [Fact]
    public async Task A_stopped_job_has_no_finished_at_and_its_end_is_known_to_us()
    {
        Job job = await InsertAsync(Created());
        Job stopped = job with { Status = JobStatus.Stopped, FinishedAt = Jobs.Time.AddSeconds(9) };
        await ChangeAsync(stopped, JobStatus.Created);
        Assert.Equal("stopped||||2026-07-08 10:10:11.123", await StateAsync(job));
        Assert.Equal(stopped.FinishedAt, (await Store.FindAsync(job.Id, Cancellation))!.FinishedAt);
    }

    [Fact]
    public async Task A_log_alone_does_not_move_updated()
    {
        Job job = await InsertAsync(Created());
        await ChangeAsync(job, JobStatus.Created, "log");
        Assert.Equal("log|2026-07-08 09:10:11.123", await ColumnsAsync(job, "logs, updated"));
    }

    [Fact]
    public async Task Text_goes_to_the_end_of_the_log_of_a_workflow_and_nothing_else_of_it_changes()
    {
        string before = await WorkflowAsync("to_jsonb(w) - 'logs'");
        await AppendAsync("\nfirst");
        await AppendAsync("second\n");
        await AppendAsync("second\n");
        Assert.Equal("\nfirstsecond\nsecond\n|", await WorkflowAsync("logs || '|'"));
        Assert.Equal(before, await WorkflowAsync("to_jsonb(w) - 'logs'"));
        Assert.Equal([true], await Store.CommitAsync([new StoreWrite.AppendWorkflowLog(Guid.NewGuid(), "x")], Cancellation));
    }

    [Fact]
    public async Task A_row_of_the_controller_before_us_is_read_back_and_listed_with_its_workflow_only()
    {
        var id = Guid.NewGuid();
        await _database!.SqlAsync(
            "INSERT INTO __reana.job (id_, backend_job_id, workflow_uuid, status, compute_backend, cvmfs_mounts, shared_file_system, "
                + "docker_img, cmd, env_vars, deleted, prettified_cmd, job_name, created, updated) "
                + $"VALUES ('{id}', 'reana-run-job-9', '{TestDatabase.Workflow}', 'running', 'HTCondor', '', true, 'busybox', "
                + "'\"\\\"echo \\\\u00e9\\\"\"', '\"{\\\"A\\\": \\\"1\\\"}\"', false, '\"echo\"', 'fit', "
                + "'2026-01-02 03:04:05', '2026-01-02 03:04:05')");
        Job job = (await Store.FindAsync(new JobId(id), Cancellation))!;
        Assert.Equal(
            ("echo é", "echo", "HTCondor", "fit"), (job.Spec.Command, job.Spec.PrettifiedCommand, job.Spec.Backend, job.Spec.JobName));
        Assert.Equal([KeyValuePair.Create("A", "1")], job.Spec.Environment);
        Assert.Equal("reana-run-job-9", job.Handle!.Id);
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), job.CreatedAt);
        Assert.Equal(JobStatus.Running, job.Status);
        Assert.False(job.Released);
        Assert.Empty(await Store.ListAsync(null, Cancellation));
        Assert.Single(await Store.ListAsync(TestDatabase.Workflow, Cancellation));

        Job stopping = job with { Stop = new StopRequest(Jobs.Time, StopCause.Requested) };
        await ChangeAsync(stopping, JobStatus.Running);
        Jobs.AssertSame(stopping, await Store.FindAsync(job.Id, Cancellation));
    }

    [Fact]
    public async Task A_command_and_an_environment_that_were_encoded_once_are_read_too()
    {
        Job job = await InsertAsync(Created());
        await _database!.SqlAsync(
            $"UPDATE __reana.job SET cmd = '\"echo 1\"', env_vars = '{{\"N\": 1, \"S\": \"x\"}}' WHERE id_ = '{job.Id}'; "
                + "DELETE FROM scailfin.reana_job");
        JobSpec spec = (await Store.FindAsync(job.Id, Cancellation))!.Spec;
        Assert.Equal("echo 1", spec.Command);
        Assert.Equal([KeyValuePair.Create("N", "1"), KeyValuePair.Create("S", "x")], spec.Environment);
    }

    [Fact]
    public async Task Text_that_a_column_of_REANA_has_no_room_for_is_refused_for_good()
    {
        Job created = Created();
        JobStoreException refusal = await Assert.ThrowsAsync<JobStoreException>(
            () => InsertAsync(created with { Spec = created.Spec with { DockerImage = new string('x', 257) } }));
        Assert.Contains("character varying(256)", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Password, refusal.ToString(), StringComparison.Ordinal);
    }

    private static Job Created(string command = "true") =>
        Specs.NewJob(Specs.Valid(command, "kubernetes")) with { Status = JobStatus.Created, CreatedAt = Jobs.Time };

    private async Task<Job> InsertAsync(Job job)
    {
        Assert.Equal([true], await Store.CommitAsync([new StoreWrite.Insert(job, [])], Cancellation));
        return job;
    }

    private async Task ChangeAsync(Job job, JobStatus expected, string? logs = null) =>
        Assert.Equal([true], await Store.CommitAsync([new StoreWrite.Change(job, expected, [], logs)], Cancellation));

    private async Task AppendAsync(string text) =>
        Assert.Equal([true], await Store.CommitAsync([new StoreWrite.AppendWorkflowLog(TestDatabase.Workflow, text)], Cancellation));

    private Task<string> StateAsync(Job job) => ColumnsAsync(job, "status, started_at, finished_at, backend_job_id, updated");

    private Task<string> ColumnsAsync(Job job, string columns) =>
        _database!.SqlAsync($"SELECT {columns} FROM __reana.job WHERE id_ = '{job.Id}'");

    private Task<string> WorkflowAsync(string columns) =>
        _database!.SqlAsync($"SELECT {columns} FROM __reana.workflow w WHERE id_ = '{TestDatabase.Workflow}'");
}
