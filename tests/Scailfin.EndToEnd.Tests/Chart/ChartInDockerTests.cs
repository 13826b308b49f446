using System.Net;
using System.Text.Json.Nodes;
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
        JsonObject configuration = (JsonObject)documents.Single(one => (string?)one["kind"] == "ConfigMap")["data"]!;
        await using ProgramContainer service = await ProgramContainer.StartAsync(Of(documents, "Deployment") with
        {
            Files = new Dictionary<string, string> { ["/etc/scailfin/backends.yaml"] = (string)configuration["backends.yaml"]! },
            Folders = ["/var/lib/scailfin", "/var/reana", "/tmp"],
        });
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

        ProgramContainerOptions test = Of(documents, "Pod");
        await using ProgramContainer ran = await ProgramContainer.StartAsync(
            test with { Variables = new Dictionary<string, string>(test.Variables) { ["HOST"] = service.Address.Host } });
        long code = await ran.EndAsync();
        Assert.Equal((0, "GET /readyz: 200, expected 200\nGET /jobs: 401, expected 401\n"), (code, await ran.LogAsync()));
        CommandResult made = await service.ExecAsync("scailfin", "tokens", "create", "ada");
        Assert.NotEqual("", made.OutputOfSuccess());
        Assert.Equal(0, await service.TerminateAsync());
    }

    /// <summary>The only container of a kind's pod, as Kubernetes would start it.</summary>
    private static ProgramContainerOptions Of(IReadOnlyList<JsonObject> documents, string kind)
    {
        JsonObject pod = ChartTests.Pods([.. documents.Where(one => (string?)one["kind"] == kind)]).Single();
        JsonNode container = pod["containers"]!.AsArray().Single()!;
        return new ProgramContainerOptions
        {
            Image = PublishedProgram.Image,
            Command = [.. Words(container["command"]), .. Words(container["args"])],
            Variables = container["env"]!.AsArray().ToDictionary(one => (string)one!["name"]!, one => (string)one!["value"]!),
            Restricted = true,
            User = $"{pod["securityContext"]!["runAsUser"]}:{pod["securityContext"]!["runAsGroup"]}",
        };
    }

    private static IEnumerable<string> Words(JsonNode? list) => list?.AsArray().Select(word => (string)word!) ?? [];
}
