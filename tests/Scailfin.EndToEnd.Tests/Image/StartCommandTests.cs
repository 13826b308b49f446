using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Scailfin.Testing;
using Scailfin.Testing.Containers;
using Scailfin.Testing.Kubernetes;
using Scailfin.Testing.Kubernetes.Controllers;
using Scailfin.Testing.Kubernetes.Objects;
using Scailfin.Testing.PostgreSql;
using Scailfin.Testing.Reana;

[assembly: AssemblyFixture(typeof(PostgreSqlServer))]

namespace Scailfin.EndToEnd.Tests.Image;

/// <summary>
/// The image under each of REANA's start commands, with a cluster's API server and REANA's own database, and a client that validates as
/// REANA's does.
/// </summary>
public sealed class StartCommandTests(PostgreSqlServer postgreSql)
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    public static TheoryData<string> Commands { get; } = [.. StartCommand.All.Keys];

    [Theory]
    [MemberData(nameof(Commands))]
    public Task REANAs_client_sees_no_difference_from_the_first_connection_to_the_shutdown(string command) => InPodAsync(
        command,
        async (pod, cluster, database) =>
        {
            using ReanaClient client = pod.NewClient();
            string step = await client.SubmitAtOnceAsync("echo hello; sleep 60");
            Assert.True(await client.IsReachableAsync());
            await UntilAsync(client, step, "running");
            await cluster.SettledAsync();
            _time.Advance(TimeSpan.FromSeconds(61));
            await UntilAsync(client, step, "finished");
            Assert.Equal("job: :\n hello\n\n\nCompleted\n", await client.LogsAsync(step));
            Assert.Equal(
                $"finished|Kubernetes|reana-run-job-{step}",
                await postgreSql.SqlAsync(
                    database, $"SELECT status, compute_backend, backend_job_id FROM __reana.job WHERE id_ = '{step}'"));

            string deleted = await client.SubmitAsync(
                "sleep infinity", new() { ["kubernetes_uid"] = 1000, ["compute_backend"] = "kubernetes" });
            await UntilAsync(client, deleted, "running");
            Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync(deleted)).Status);
            await UntilAsync(client, deleted, "stopped");

            string left = await client.SubmitAsync("sleep infinity");
            await UntilAsync(client, left, "running");
            Assert.Equal([(step, "finished"), (deleted, "stopped"), (left, "running")], Listed(await client.GetAsync("/jobs")));
            Assert.Equal("{\"cached\":false,\"result_path\":null}\n", (await client.CheckIfCachedAsync("{}", "{}")).Text);
            Assert.Equal(
                "Job submission error: "
                + """{"_schema":["kubernetes_job_timeout must be greater than 0.Provided value is 0."]}""",
                (await Assert.ThrowsAsync<ReanaSubmissionException>(
                    () => client.SubmitAsync("true", new() { ["kubernetes_job_timeout"] = 0 }))).Message);
            Assert.Equal(
                HttpStatusCode.NotFound,
                (await Assert.ThrowsAsync<ReanaHttpException>(() => client.StatusAsync(Guid.Empty.ToString()))).Answer.Status);

            ReanaAnswer answer = await client.GetAsync("/shutdown");
            ReanaApi.Operations["shutdown"].Validate(answer);
            Assert.Equal("{\"message\":\"All jobs stopped.\"}\n", answer.Text);
            Assert.Equal("stopped", await client.StatusAsync(left));
            Assert.Equal(
                "Job submission error: Cannot create new jobs, shutting down",
                (await Assert.ThrowsAsync<ReanaSubmissionException>(() => client.SubmitAsync("true"))).Message);
            long code = await pod.Container.TerminateAsync();
            Assert.True(code == 0 || !StartCommand.All[command].Restricted, $"exit code {code}");
        });

    /// <summary>Four times, because at the fifth within a minute the parent gives up.</summary>
    [Theory]
    [MemberData(nameof(Commands))]
    public Task REANAs_client_sees_no_difference_when_the_service_is_killed_between_its_requests_and_while_they_wait(string command) =>
        InPodAsync(
            command,
            async (pod, cluster, _) =>
            {
                using ReanaClient client = pod.NewClient();
                string first = await client.SubmitAtOnceAsync("echo hello; sleep 60");
                await pod.KillServiceAsync();
                string second = await client.SubmitAsync("echo hello; sleep 60");
                await UntilAsync(client, first, "running");
                await UntilAsync(client, second, "running");

                await pod.KillServiceAsync();
                Assert.Equal("running", await client.StatusAsync(first));

                Task<string> poll = Task.FromResult("");
                await pod.WhileTheServiceIsAwayAsync(() =>
                {
                    poll = client.StatusAsync(second);
                    return Task.CompletedTask;
                });
                Assert.Equal("running", await Eventually.EndAsync(poll, "the poll is answered"));

                Task<string> post = Task.FromResult("");
                await pod.WhileTheServiceIsAwayAsync(() =>
                {
                    post = client.SubmitAsync("echo hello; sleep 60");
                    return Task.CompletedTask;
                });
                string third = await Eventually.EndAsync(post, "the post is answered");
                await UntilAsync(client, third, "running");

                await cluster.SettledAsync();
                _time.Advance(TimeSpan.FromSeconds(61));
                foreach (string step in (string[])[first, second, third])
                {
                    await UntilAsync(client, step, "finished");
                    Assert.Equal("job: :\n hello\n\n\nCompleted\n", await client.LogsAsync(step));
                }

                Assert.Equal(
                    [(first, "finished"), (second, "finished"), (third, "finished")], Listed(await client.GetAsync("/jobs")));
            });

    [Theory]
    [MemberData(nameof(Commands))]
    public Task The_preStop_on_the_pods_address_stops_all_jobs_and_the_pod_ends_within_its_grace_period(string command) => InPodAsync(
        command,
        async (pod, cluster, database) =>
        {
            const int Many = 20;
            using ReanaClient client = pod.NewClient();
            var steps = new List<string> { await client.SubmitAtOnceAsync("sleep infinity") };
            while (steps.Count < Many)
                steps.Add(await client.SubmitAsync("sleep infinity"));
            await UntilAsync(client, steps[^1], "running");

            Task<long> deleted = Task.FromResult(0L);
            await pod.WhileTheServiceIsAwayAsync(() =>
            {
                deleted = pod.DeleteAsync(async () =>
                {
                    Assert.Empty(cluster.Store.List(ResourceType.Jobs));
                    Assert.Equal(
                        $"stopped|{Many}",
                        await postgreSql.SqlAsync(database, "SELECT status, count(*) FROM __reana.job GROUP BY status"));
                    Assert.Equal("running", await postgreSql.SqlAsync(database, "SELECT status FROM __reana.workflow"));
                });
                return Task.CompletedTask;
            });
            long code = await Eventually.EndAsync(deleted, "the pod ends");
            Assert.True(code == 0 || !StartCommand.All[command].Restricted, $"exit code {code}");
        });

    /// <summary>The rows are those of contract F.1: "at run time, from user secrets".</summary>
    [Theory]
    [MemberData(nameof(Commands))]
    public Task Of_the_users_secrets_REANAs_reach_the_job_and_none_of_another_name_is_a_setting(string command) => InPodAsync(
        command,
        async (pod, cluster, _) =>
        {
            using ReanaClient client = pod.NewClient();
            string step = await client.SubmitAtOnceAsync(
                "true", new() { ["kerberos"] = true, ["voms_proxy"] = true, ["rucio"] = true });
            JsonObject spec = cluster.Store.Find(ResourceType.Jobs, "default", $"reana-run-job-{step}")!.Spec!;
            JsonObject job = spec["template"]!["spec"]!.AsObject();
            foreach ((string container, string[] secrets) in (IEnumerable<(string, string[])>)
                [
                    ("krb5-init", ["CERN_KEYTAB", "CERN_USER"]),
                    ("voms-proxy", ["VONAME", "VOMSPROXY_FILE"]),
                    ("reana-auth-rucio", ["VONAME", "RUCIO_USERNAME", "RUCIO_RUCIO_HOST", "RUCIO_AUTH_HOST"]),
                    ("job", [.. ReanaObjects.UsersSecrets.Keys]),
                ])
            {
                JsonArray variables = job["initContainers"]!.AsArray().Concat(job["containers"]!.AsArray())
                    .Single(one => (string?)one!["name"] == container)!["env"]!.AsArray();
                foreach (string secret in secrets)
                {
                    JsonNode variable = Assert.Single(variables, one => (string?)one!["name"] == secret)!;
                    JsonNode source = variable["valueFrom"]!["secretKeyRef"]!;
                    Assert.Equal((ReanaObjects.UserSecrets, secret), ((string?)source["name"], (string?)source["key"]));
                }
            }

            // The operator has 4Gi, no limit of processors, no pull secrets and no EOS; no job is in the namespace that the user named.
            Assert.Equal(
                """{"memory":"4Gi"}""",
                job["containers"]!.AsArray().Single(one => (string?)one!["name"] == "job")!["resources"]!["limits"]!.ToJsonString());
            Assert.True(job["imagePullSecrets"] is null or JsonArray { Count: 0 });
            Assert.DoesNotContain(job["volumes"]!.AsArray(), volume => (string?)volume!["name"] == "eos");
        });

    [Fact]
    public Task A_sidecar_that_starts_after_one_that_died_names_the_Jobs_that_no_row_has_and_leaves_them() => InPodAsync(
        "nss_wrapper, restricted",
        async (pod, cluster, _) =>
        {
            const string Orphan = "reana-run-job-11111111-2222-4333-8444-555555555555";
            using ReanaClient client = pod.NewClient();
            string known = await client.SubmitAtOnceAsync("sleep infinity");
            await UntilAsync(client, known, "running");
            await ReanaObjects.CreateOrphanAsync(cluster, Orphan);
            await pod.KillServiceAsync();
            await Eventually.TrueAsync(
                async () => (await pod.Container.LogAsync()).Contains(
                    $"| root | MainThread | WARNING | Kubernetes Job {Orphan} (Active, made ", StringComparison.Ordinal),
                "the orphan is named");
            Assert.DoesNotContain(
                $"Kubernetes Job reana-run-job-{known}", await pod.Container.LogAsync(), StringComparison.Ordinal);
            Assert.Equal("running", await client.StatusAsync(known));
            Assert.NotNull(cluster.Store.Find(ResourceType.Jobs, "default", Orphan));
        });

    private async Task InPodAsync(string command, Func<ReanaPod, KubernetesApiServer, string, Task> test)
    {
        StartCommand start = StartCommand.All[command];
        await ContainerEngine.RequireAsync(start.Image);
        await using KubernetesApiServer cluster = await KubernetesApiServer.StartAsync(new ApiServerOptions { Https = true, Time = _time });
        cluster.Lives.Are(pod => ShellLife.Of(pod).OnSignal(143));
        string database = await ReanaDatabase.CreateAsync(postgreSql, ReanaPod.Workflow);
        await using ReanaPod pod = await ReanaPod.StartAsync(start, postgreSql, database, cluster);
        try
        {
            await test(pod, cluster, database);
        }
        catch (Exception)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(await pod.Container.LogAsync());
            throw;
        }
    }

    private static Task UntilAsync(ReanaClient client, string job, string status) =>
        Eventually.TrueAsync(async () => await client.StatusAsync(job) == status, $"the job {job} is {status}");

    /// <summary>A list of objects of one entry each, in the order of submission (contract A.7): not what the document has.</summary>
    private static IEnumerable<(string Id, string Status)> Listed(ReanaAnswer answer) =>
        answer.Json.GetProperty("jobs").EnumerateArray().Select(entry =>
        {
            JsonProperty job = Assert.Single(entry.EnumerateObject());
            Assert.Empty(ReanaApi.Problems("Job", job.Value));
            return (job.Name, job.Value.GetProperty("status").GetString()!);
        });
}
