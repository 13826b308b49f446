using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Scailfin.Testing;
using Scailfin.Testing.Containers;

namespace Scailfin.EndToEnd.Tests.Chart;

/// <summary>The containers of the chart, with the commands, variables, files and rights that it gives them.</summary>
public sealed class ChartInDockerTests
{
    [Fact]
    public async Task The_service_starts_and_the_pod_of_helm_test_finds_it_ready_and_guarded()
    {
        await ContainerEngine.RequireAsync(PublishedProgram.Image);
        IReadOnlyList<JsonObject> documents = await Helm.RenderAsync();
        await using ProgramContainer service = await StartServiceAsync(documents, "");
        await ReadyAsync(service);

        ProgramContainerOptions test = Of(documents, "Pod");
        await using ProgramContainer ran = await ProgramContainer.StartAsync(
            test with { Variables = new Dictionary<string, string>(test.Variables) { ["HOST"] = service.Address.Host } });
        long code = await ran.EndAsync();
        Assert.Equal((0, "GET /readyz: 200, expected 200\nGET /jobs: 401, expected 401\n"), (code, await ran.LogAsync()));
        CommandResult made = await service.ExecAsync("scailfin", "tokens", "create", "ada");
        Assert.NotEqual("", made.OutputOfSuccess());
        Assert.Equal(0, await service.TerminateAsync());
    }

    [Fact]
    public async Task The_bundled_database_needs_no_root_serves_the_service_and_keeps_what_it_has_across_a_restart()
    {
        await ContainerEngine.RequireAsync(PublishedProgram.Image);
        await ContainerEngine.RequireAsync(EnvironmentImage.Named("services"));
        IReadOnlyList<JsonObject> documents = await Helm.RenderAsync("--set", Helm.Bundled);
        ProgramContainerOptions options = Of(documents, "StatefulSet");
        await using ProgramContainer database = await ProgramContainer.StartAsync(options with
        {
            Image = EnvironmentImage.Named("services"),
            // The image's entry point, which the chart leaves to it.
            Command = ["/usr/local/sbin/entrypoint", .. options.Command],
        });
        await using ProgramContainer service = await StartServiceAsync(documents, database.Address.Host);
        await ReadyAsync(service);
        string[] probe =
            [.. Words(ContainerOf(documents, "StatefulSet")["readinessProbe"]!["exec"]!["command"])];
        Assert.Equal(0, (await database.ExecAsync(probe)).ExitCode);
        Assert.Equal(
            "1\n",
            (await database.ExecAsync("psql", "-U", "scailfin", "-tAc", "SELECT count(*) FROM scailfin.lease")).OutputOfSuccess());
        CommandResult wrong = await database.ExecAsync("psql", "postgresql://scailfin:wrong@127.0.0.1/scailfin", "-c", "SELECT 1");
        Assert.Contains("password authentication failed", wrong.Error, StringComparison.Ordinal);

        (await database.ExecAsync("psql", "-U", "scailfin", "-c", "CREATE TABLE kept ()")).OutputOfSuccess();
        Assert.Equal(0, await service.TerminateAsync());
        await database.RestartAsync();
        await using ProgramContainer next = await StartServiceAsync(documents, database.Address.Host);
        await ReadyAsync(next);
        (await database.ExecAsync("psql", "-U", "scailfin", "-c", "SELECT FROM kept")).OutputOfSuccess();
        Assert.Equal("999\n", (await database.ExecAsync("id", "-u")).OutputOfSuccess());
    }

    private static Task<ProgramContainer> StartServiceAsync(IReadOnlyList<JsonObject> documents, string database)
    {
        JsonObject configuration = (JsonObject)documents.Single(one => (string?)one["kind"] == "ConfigMap")["data"]!;
        return ProgramContainer.StartAsync(Of(documents, "Deployment") with
        {
            Files = new Dictionary<string, string> { ["/etc/scailfin/backends.yaml"] = (string)configuration["backends.yaml"]! },
            Hosts = database.Length == 0 ? new Dictionary<string, string>() : new() { ["site-scailfin-db"] = database },
        });
    }

    private static async Task ReadyAsync(ProgramContainer service)
    {
        using var http = new HttpClient { BaseAddress = service.Address };
        await Eventually.TrueAsync(
            async () =>
            {
                Assert.False(service.HasEnded, await service.LogAsync());
                try
                {
                    using HttpResponseMessage answer = await http.GetAsync("/readyz", TestContext.Current.CancellationToken);
                    return answer.StatusCode == HttpStatusCode.OK;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            "the readiness probe succeeds");
    }

    /// <summary>The only container of a kind's pod, as Kubernetes would start it.</summary>
    private static ProgramContainerOptions Of(IReadOnlyList<JsonObject> documents, string kind)
    {
        JsonObject pod = ChartTests.Pods([.. documents.Where(one => (string?)one["kind"] == kind)]).Single();
        JsonNode container = ContainerOf(documents, kind);
        return new ProgramContainerOptions
        {
            Image = PublishedProgram.Image,
            Command = [.. Words(container["command"]), .. Words(container["args"])],
            Variables = VariablesOf(container),
            Folders =
            [
                .. (container["volumeMounts"]?.AsArray() ?? []).Where(mount => (bool?)mount!["readOnly"] != true)
                    .Select(mount => (string)mount!["mountPath"]!),
            ],
            Restricted = true,
            User = $"{pod["securityContext"]!["runAsUser"]}:{pod["securityContext"]!["runAsGroup"]}",
        };
    }

    private static JsonNode ContainerOf(IReadOnlyList<JsonObject> documents, string kind) =>
        ChartTests.Pods([.. documents.Where(one => (string?)one["kind"] == kind)]).Single()["containers"]!.AsArray().Single()!;

    /// <summary>Values with each <c>$(NAME)</c> of a variable before them replaced, and those of Secrets.</summary>
    private static Dictionary<string, string> VariablesOf(JsonNode container)
    {
        Dictionary<string, string> variables = [];
        foreach (JsonNode? one in container["env"]!.AsArray())
        {
            string value = (string?)one!["value"]
                ?? Secrets[$"{one["valueFrom"]!["secretKeyRef"]!["name"]} {one["valueFrom"]!["secretKeyRef"]!["key"]}"];
            variables.Add((string)one["name"]!, Regex.Replace(
                value, @"\$\((?<name>\w+)\)", match => variables[match.Groups["name"].Value], RegexOptions.None, TimeSpan.FromSeconds(1)));
        }

        return variables;
    }

    /// <summary>The content of each Secret by its name and the key.</summary>
    private static readonly Dictionary<string, string> Secrets = new() { ["pw password"] = "0b1d2c3e4f" };

    private static IEnumerable<string> Words(JsonNode? list) => list?.AsArray().Select(word => (string)word!) ?? [];
}
