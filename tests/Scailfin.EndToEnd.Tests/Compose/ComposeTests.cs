using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Scailfin.Testing;
using Scailfin.Testing.Containers;

namespace Scailfin.EndToEnd.Tests.Compose;

/// <summary>deploy/compose.yaml, started with our images.</summary>
public sealed class ComposeTests
{
    private const string Workspace = "/var/reana/ada/w";

    /// <summary>The smallest image there is, in the folder of images that the backends' file names.</summary>
    private const string Image = "/var/lib/scailfin-images/box";

    [Fact]
    public async Task A_users_job_runs_in_the_pool_in_its_image_and_nothing_is_left_after_down()
    {
        string pool = EnvironmentImage.Named("hpc");
        string services = EnvironmentImage.Named("services");
        await using ComposeProject project = await ComposeProject.StartAsync(
            ComposeFile.Path,
            [PublishedProgram.HpcImage, pool, services],
            async file =>
            {
                await ComposeFile.MakePasswordsAsync(file);
                await File.AppendAllTextAsync(
                    file,
                    $"""
                    SERVICE_IMAGE={PublishedProgram.HpcImage}
                    POOL_IMAGE={pool}
                    POSTGRES_IMAGE={services}
                    RABBITMQ_IMAGE={services}
                    SERVICE_PORT=0
                    POSTGRES_PORT=0
                    RABBITMQ_PORT=0

                    """,
                    TestContext.Current.CancellationToken);
            });
        await HealthyAsync(project);

        string token = (await project.ExecAsync("service", "scailfin", "tokens", "create", "ada")).OutputOfSuccess().Trim();
        (await project.ExecAsync("service", "sh", "-c", $"mkdir -p {Workspace} && echo 41 >{Workspace}/input")).OutputOfSuccess();
        (await project.ExecAsync("pool", "site-images", Path.GetDirectoryName(Image)!)).OutputOfSuccess();
        using var client = new Client(await project.AddressAsync("service", 5000), token);
        Dictionary<string, object> request = ServiceClient.Request(
            Workspace, "echo $(($(cat input) + 1)) >output; ls -d /w /usr; echo said", Image);
        request["compute_backend"] = "htcondor";
        (HttpStatusCode status, JsonElement body) = await client.PostAsync(request);
        Assert.True(status == HttpStatusCode.Created, $"POST /jobs: {status} {body}");
        await client.AllEndedAsync();

        string id = body.GetProperty("job_id").GetString()!;
        string log = await client.Http.GetStringAsync($"/jobs/{id}/logs", TestContext.Current.CancellationToken);
        Assert.True(await client.StatusAsync(id) == "finished", log);
        Assert.Contains("/usr\n/w\nsaid\n", log, StringComparison.Ordinal);
        Assert.Equal("42\n", (await project.ExecAsync("service", "cat", $"{Workspace}/output")).OutputOfSuccess());
        Assert.Equal(
            $"{id}|finished\n",
            (await project.ExecAsync("database", "psql", "-U", "scailfin", "-tAc", "SELECT id, status FROM scailfin.job"))
                .OutputOfSuccess());
        Assert.StartsWith("127.0.0.1:", await project.AddressAsync("broker", 5672), StringComparison.Ordinal);

        Assert.NotEmpty(await project.ListAsync());
        await project.DownAsync();
        Assert.Empty(await project.ListAsync());
    }

    /// <summary>Each check of a container's health is a step of what is waited for.</summary>
    private static Task HealthyAsync(ComposeProject project)
    {
        string now = "";
        return Eventually.TrueAsync(
            async () =>
            {
                IReadOnlyList<string> states = await project.HealthAsync();
                now = string.Join("; ", states);
                Assert.DoesNotContain(" unhealthy ", now, StringComparison.Ordinal);
                return states.Count(state => state.EndsWith(" healthy 0", StringComparison.Ordinal)) == 4;
            },
            "every service is healthy",
            () => now);
    }

    private sealed class Client : ServiceClient, IDisposable
    {
        public Client(string address, string token)
            : base(new HttpClient { BaseAddress = new Uri($"http://{address}"), Timeout = TimeSpan.FromMinutes(2) }) =>
            Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

        public void Dispose() => Http.Dispose();
    }
}
