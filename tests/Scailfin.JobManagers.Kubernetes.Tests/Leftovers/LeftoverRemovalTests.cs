using Scailfin.Core.Jobs;
using Scailfin.Testing;
using Scailfin.Testing.Kubernetes.Http;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.JobManagers.Kubernetes.Tests.Leftovers;

/// <summary>A service whose operator wants it to clear up after dead sidecars.</summary>
public sealed class LeftoverRemovalTests
{
    private const string User = "00000000-0000-0000-0000-000000000000";

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task The_first_job_removes_what_dead_sidecars_left_and_nothing_of_the_living(int refusals)
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        Attempt standalone = await bench.SubmitAsync(bench.NewManager(), Sleeping());
        bench.Options = bench.Options with { UserId = User };
        Attempt left = await bench.SubmitAsync(bench.NewManager(), Sleeping());
        Attempt living = await bench.SubmitAsync(bench.NewManager(), Sleeping());
        Attempt ours = Specs.NewAttempt(Sleeping());
        await EngineAsync(bench, living.Spec.WorkflowUuid);
        await EngineAsync(bench, ours.Spec.WorkflowUuid);

        bench.Options = bench.Options with { RemovesLeftovers = true, OneWorkflow = true };
        bench.Server.Faults.Refuse(
            request => request is { Verb: "delete", Resource: "jobs" }, new ApiFailure(500, "InternalError", "not now"), refusals);
        await bench.NewManager().SubmitAsync(ours, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => !Exists(left), "what was left over is deleted");
        Assert.All(new[] { standalone, living, ours }, attempt => Assert.True(Exists(attempt)));

        bool Exists(Attempt attempt) => bench.Server.Store.Find(ResourceType.Jobs, "default", KubernetesBench.NameOf(attempt)) is not null;
    }

    [Fact]
    public async Task Without_that_wish_nothing_is_removed()
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        bench.Options = bench.Options with { UserId = User };
        Attempt left = await bench.SubmitAsync(bench.NewManager(), Sleeping());
        KubernetesJobManager manager = bench.NewManager();
        await KubernetesBench.EndAsync(manager, await bench.SubmitAsync(manager));
        Assert.NotNull(bench.Server.Store.Find(ResourceType.Jobs, "default", KubernetesBench.NameOf(left)));
        Assert.Equal(0, bench.Server.Requests.Count("delete", "jobs"));
    }

    private static JobSpec Sleeping() => KubernetesBench.Spec("sleep 1000") with { WorkflowUuid = Guid.NewGuid() };

    /// <summary>As REANA makes it for a workflow.</summary>
    private static async Task EngineAsync(KubernetesBench bench, Guid workflow)
    {
        string name = $"reana-run-batch-{workflow}";
        using var client = new HttpClient { Timeout = TimeSpan.FromMinutes(5) };
        client.DefaultRequestHeaders.Add("Authorization", $"Bearer {bench.Server.Token}");
        using var body = new StringContent(
            $$"""{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"{{name}}","labels":"""
                + $$"""{"reana-run-batch-workflow-uuid":"{{workflow}}"} },"spec":{"suspend":true,"template":"""
                + """{"spec":{"restartPolicy":"Never","containers":[{"name":"engine","image":"engine"}] } } } }""",
            System.Text.Encoding.UTF8,
            "application/json");
        using HttpResponseMessage answer = await client.PostAsync(
            new Uri(bench.Server.Url, "apis/batch/v1/namespaces/default/jobs"), body, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode);
    }
}
