using System.Net;
using Microsoft.Extensions.Time.Testing;
using Scailfin.Testing;
using Scailfin.Testing.Containers;
using Scailfin.Testing.Kubernetes;
using Scailfin.Testing.Kubernetes.Controllers;
using Scailfin.Testing.PostgreSql;

[assembly: AssemblyFixture(typeof(PostgreSqlServer))]

namespace Scailfin.EndToEnd.Tests.Image;

/// <summary>The image under each of REANA's start commands, with a cluster's API server and REANA's own database.</summary>
public sealed class StartCommandTests(PostgreSqlServer postgreSql)
{
    public static TheoryData<string> Commands { get; } = [.. StartCommand.All.Keys];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_step_that_is_posted_with_the_first_connection_runs_and_ends_although_the_service_is_killed(string command)
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await ContainerEngine.RequireAsync(StartCommand.All[command].Image);
        await using KubernetesApiServer cluster = await KubernetesApiServer.StartAsync(new ApiServerOptions { Https = true, Time = time });
        cluster.Lives.Are(pod => ShellLife.Of(pod).OnSignal(143));
        string database = await ReanaDatabase.CreateAsync(postgreSql, ReanaPod.Workflow);
        await using ReanaPod pod = await ReanaPod.StartAsync(StartCommand.All[command], postgreSql, database, cluster);
        var client = new ReanaClient(pod.Container.Address);
        try
        {
            string step = await client.SubmitAtOnceAsync("echo hello; sleep 60");
            await Eventually.TrueAsync(async () => await client.StatusAsync(step) == "running", "the step runs");

            await pod.KillServiceAsync();
            Assert.Equal("running", await client.StatusAsync(step));
            await cluster.SettledAsync();
            time.Advance(TimeSpan.FromSeconds(61));
            await Eventually.TrueAsync(async () => await client.StatusAsync(step) == "finished", "the step ends");
            Assert.Equal((HttpStatusCode.OK, "job: :\n hello\n\n\nCompleted\n"), await client.GetAsync($"/jobs/{step}/logs"));
            Assert.Equal(
                $"finished|Kubernetes|reana-run-job-{step}",
                await postgreSql.SqlAsync(
                    database, $"SELECT status, compute_backend, backend_job_id FROM __reana.job WHERE id_ = '{step}'"));

            string left = await client.SubmitAsync("sleep infinity");
            await Eventually.TrueAsync(async () => await client.StatusAsync(left) == "running", "the second step runs");
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/shutdown")).Status);
            Assert.Equal("stopped", await client.StatusAsync(left));
            long code = await pod.Container.TerminateAsync();
            Assert.True(code == 0 || !StartCommand.All[command].Restricted, $"exit code {code}");
        }
        catch (Exception)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(await pod.Container.LogAsync());
            throw;
        }
    }
}
