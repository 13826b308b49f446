using System.Globalization;
using Scailfin.Core.Jobs;
using Scailfin.JobController.Database;
using Scailfin.JobController.Hosting;
using Scailfin.JobController.Settings;
using Scailfin.JobController.Tests.Hosting;
using Scailfin.Testing;
using Scailfin.Testing.PostgreSql;

[assembly: AssemblyFixture(typeof(PostgreSqlServer))]

namespace Scailfin.JobController.Tests.Sidecar;

/// <summary>
/// The service as REANA starts it: one workflow, REANA's own tables, no token, no lease (design, section 1; contract B and G).
/// </summary>
public sealed class SidecarTests(PostgreSqlServer server)
{
    private const string Workflow = "0b0a4b5e-5b2c-4e7f-9a0e-0d3c8d6a1f11";
    private const string Foreign = "0b0a4b5e-5b2c-4e7f-9a0e-0d3c8d6a1f12";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_leaves_the_rows_that_REANA_expects()
    {
        string database = await ReanaAsync();
        var backend = new ScriptedJobManager();
        await using Edge edge = await StartAsync(database, backend: backend);
        Job job = await edge.SubmitAsync("""
            "prettified_cmd": "true", "env_vars": {"A": "ü"}
            """);
        string environment = $$"""
            "{\"A\": \"\\u00fc\", \"REANA_WORKSPACE\": \"{{edge.Workspace}}\", \"REANA_WORKFLOW_UUID\": \"{{Workflow}}\"}"
            """.Trim();
        await UntilRowAsync(database, job.Id, "status = 'queued' AND started_at IS NULL");
        backend.Start(job.Id);
        await UntilRowAsync(database, job.Id, "status = 'running' AND started_at IS NOT NULL");
        backend.Exit(job.Id, 0);
        await UntilRowAsync(database, job.Id, "status = 'finished'");
        Assert.Equal(
            $"Kubernetes|false|busybox|\"\\\"exit 0\\\"\"|{environment}|\"true\"|step|f|t|t|t",
            await server.SqlAsync(
                database,
                "SELECT compute_backend, cvmfs_mounts, docker_img, cmd::text, env_vars::text, prettified_cmd::text, job_name, deleted, "
                + $"started_at IS NOT NULL, finished_at >= started_at, logs <> '' FROM __reana.job WHERE id_ = '{job.Id}'"));
        Assert.Equal("running", await server.SqlAsync(database, $"SELECT status FROM __reana.workflow WHERE id_ = '{Workflow}'"));
    }

    [Fact]
    public async Task A_backend_that_is_not_offered_is_told_to_the_workflows_own_log()
    {
        string database = await ReanaAsync();
        await using Edge edge = await StartAsync(database);
        Answer answer = await edge.PostAsync(edge.Request("\"compute_backend\": \"nowhere\""));
        Assert.Equal(500, answer.Status);
        const string Text = "Job submission failed. Backend nowhere is not supported.";
        Assert.Equal(Text, answer.Json.GetProperty("job").GetString());
        await Eventually.TrueAsync(
            async () => await server.SqlAsync(database, $"SELECT logs FROM __reana.workflow WHERE id_ = '{Workflow}'") == $"begin\n{Text}",
            "the log has it");
    }

    [Fact]
    public async Task A_workflow_that_does_not_exist_is_refused_before_any_backend_hears_of_the_job()
    {
        string database = await ReanaAsync();
        const string Missing = "0b0a4b5e-5b2c-4e7f-9a0e-000000000000";
        await using Edge edge = await StartAsync(database, workflow: Missing);
        Answer answer = await edge.PostAsync(edge.Request($"\"workflow_uuid\": \"{Missing}\""));
        Assert.Equal(500, answer.Status);
        Assert.StartsWith("Job submission failed. \n", answer.Json.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, edge.Backend.SubmitCalls);
    }

    [Fact]
    public async Task Another_workflow_is_refused_and_its_log_is_left_alone()
    {
        string database = await ReanaAsync();
        await using Edge edge = await StartAsync(database);
        Answer answer = await edge.PostAsync(edge.Request($"\"workflow_uuid\": \"{Foreign}\""));
        Assert.Equal(400, answer.Status);
        Assert.Contains("workflow_uuid", answer.Json.GetProperty("message").GetString(), StringComparison.Ordinal);
        await edge.PostAsync(edge.Request($"\"workflow_uuid\": \"{Foreign}\", \"compute_backend\": \"nowhere\""));
        await edge.SubmitAsync();
        Assert.Equal("begin", await server.SqlAsync(database, $"SELECT logs FROM __reana.workflow WHERE id_ = '{Foreign}'"));
    }

    [Fact]
    public async Task The_list_answers_at_once_without_a_database_and_a_question_waits_for_it()
    {
        await using PostgreSqlServer own = await PostgreSqlServer.StartOwnAsync();
        string database = await own.CreateDatabaseAsync(Schema());
        await MakeWorkflowsAsync(own, database);
        string left = JobId.New().ToString();
        await own.SqlAsync(database, RowOf(left, Workflow, "running"));
        await own.StopAsync();

        await using Edge edge = await StartAsync(database, own, active: false);
        Assert.Equal("{\"jobs\":[]}\n", (await edge.GetAsync("/jobs")).Text);
        Task<Answer> asking = edge.GetAsync($"/jobs/{left}");
        await own.StartAsync();
        Assert.Equal(200, (await asking).Status);
        Assert.NotEqual("{\"jobs\":[]}\n", (await edge.GetAsync("/jobs")).Text);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("a-host-name-that-is-too-long-for-the-uuid-0b0a4b5e-5b2c-4e7f-9a0")]
    public async Task A_new_sidecar_goes_on_with_the_jobs_of_its_workflow_and_leaves_others_alone(string? podName)
    {
        string database = await ReanaAsync();
        string foreign = JobId.New().ToString();
        await server.SqlAsync(database, RowOf(foreign, Foreign, "created"));
        var backend = new ScriptedJobManager();
        Job job;
        await using (Edge first = await StartAsync(database, backend: backend, podName: podName))
        {
            job = await first.SubmitAsync();
            backend.Start(job.Id);
            await UntilRowAsync(database, job.Id, "status = 'running'");
        }

        await using Edge second = await StartAsync(database, backend: backend, podName: podName);
        Assert.Contains("\"running\"", (await second.GetAsync($"/jobs/{job.Id}")).Text, StringComparison.Ordinal);
        Assert.Equal(404, (await second.GetAsync($"/jobs/{foreign}")).Status);
        backend.Exit(job.Id, 0);
        await UntilRowAsync(database, job.Id, "status = 'finished'");
        Assert.Equal(1, backend.Arrivals(job.Id));
        Assert.Equal("created", await server.SqlAsync(database, $"SELECT status FROM __reana.job WHERE id_ = '{foreign}'"));
    }

    [Fact]
    public async Task It_holds_no_connection_while_it_has_nothing_to_write()
    {
        string database = await ReanaAsync();
        await using Edge edge = await StartAsync(database);
        Job job = await edge.SubmitAsync();
        await UntilRowAsync(database, job.Id, "status = 'finished'");
        await Eventually.TrueAsync(
            async () => await server.SqlAsync("postgres", $"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}'") == "0",
            "nobody is connected");
        Assert.Contains("\"finished\"", (await edge.GetAsync($"/jobs/{job.Id}")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("reana-run-batch-0b0a4b5e-5b2c-4e7f-9a0e-0d3c8d6a1f11-x7k2p", Workflow)]
    [InlineData("0b0a4b5e-5b2c-4e7f-9a0e-0d3c8d6a1f11-batch", Workflow)]
    [InlineData("laptop", null)]
    public void The_pods_name_tells_the_workflow(string pod, string? workflow) =>
        Assert.Equal(workflow, ServiceScope.WorkflowOf(pod)?.ToString());

    private Task<Edge> StartAsync(
        string database,
        PostgreSqlServer? where = null,
        bool active = true,
        ScriptedJobManager? backend = null,
        string workflow = Workflow,
        string? podName = null)
    {
        PostgreSqlServer at = where ?? server;
        return Edge.StartAsync(
            settings => settings with
            {
                Mode = ServiceMode.Sidecar,
                PodName = podName ?? $"reana-run-batch-{workflow}-abcde",
                Workflow = podName is null ? null : Guid.Parse(workflow),
                Database = new DatabaseSettings
                {
                    Kind = DatabaseKind.PostgreSql,
                    Host = at.Host,
                    Port = at.Port,
                    User = at.User,
                    Password = new Secret(at.Password),
                    Database = database,
                    PoolSize = 1,
                },
            },
            backend: backend,
            active: active);
    }

    private async Task<string> ReanaAsync()
    {
        string database = await server.CreateDatabaseAsync(Schema());
        await MakeWorkflowsAsync(server, database);
        return database;
    }

    private static async Task MakeWorkflowsAsync(PostgreSqlServer at, string database)
    {
        const string Now = "now() at time zone 'utc'";
        foreach (string workflow in (string[])[Workflow, Foreign])
        {
            await at.SqlAsync(
                database,
                "INSERT INTO __reana.workflow (id_, name, status, logs, created, updated) "
                    + $"VALUES ('{workflow}', 'w', 'running', 'begin', {Now}, {Now})");
        }
    }

    /// <summary>A row as upstream's controller leaves it.</summary>
    private static string RowOf(string id, string workflow, string status) => string.Create(
        CultureInfo.InvariantCulture,
        $"INSERT INTO __reana.job (id_, backend_job_id, workflow_uuid, status, compute_backend, cmd, created, updated) VALUES ('{id}', "
            + $"'reana-run-job-{id}', '{workflow}', "
            + $"'{status}', 'Kubernetes', '\"\\\"true\\\"\"', now() at time zone 'utc', now() at time zone 'utc')");

    private Task UntilRowAsync(string database, JobId id, string condition) => Eventually.TrueAsync(
        async () => await server.SqlAsync(database, $"SELECT count(*) FROM __reana.job WHERE id_ = '{id}' AND {condition}") == "1",
        $"the row's {condition}");

    private static string Schema()
    {
        using var reader = new StreamReader(typeof(SidecarTests).Assembly.GetManifestResourceStream("reana-schema.sql")!);
        return reader.ReadToEnd();
    }
}
