using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Testing;
using Scailfin.Testing.Kubernetes.Http;

namespace Scailfin.JobManagers.Kubernetes.Tests.Leftovers;

/// <summary>What the cluster holds of one workflow.</summary>
public sealed class WorkflowJobsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_Jobs_of_the_workflow_are_listed_with_name_state_and_the_job_that_their_annotation_names()
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        KubernetesJobManager manager = bench.NewManager();
        Attempt ours = await bench.SubmitAsync(manager, Sleeping(Specs.Valid().WorkflowUuid));
        await bench.SubmitAsync(manager, Sleeping(Guid.NewGuid()));
        BackendJob listed = Assert.Single(await bench.NewManager().ListAsync(ours.Spec.WorkflowUuid, Cancellation));
        string name = KubernetesBench.NameOf(ours);
        Assert.Equal((name, ours.JobId), (listed.Id, listed.Job));
        Assert.StartsWith($"Kubernetes Job {name} (Active, made 20", listed.Description, StringComparison.Ordinal);
        Assert.Equal($"kubectl delete job {name} --namespace default", listed.Removal);
    }

    [Fact]
    public async Task A_refusal_is_passed_on_in_Kubernetes_own_words()
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        bench.Server.Faults.Refuse(request => request is { Verb: "list" }, new ApiFailure(403, "Forbidden", "no lists"), times: 1);
        Assert.Contains(
            "no lists",
            (await Assert.ThrowsAsync<JobManagerUnavailableException>(
                () => bench.NewManager().ListAsync(Guid.NewGuid(), Cancellation))).Message,
            StringComparison.Ordinal);
    }

    private static JobSpec Sleeping(Guid workflow) => KubernetesBench.Spec("sleep 1000") with { WorkflowUuid = workflow };
}
