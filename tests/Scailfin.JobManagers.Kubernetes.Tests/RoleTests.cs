using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Kubernetes.Leftovers;
using Scailfin.Testing;
using Scailfin.Testing.Kubernetes.Access;
using Scailfin.Testing.Kubernetes.Objects;

namespace Scailfin.JobManagers.Kubernetes.Tests;

/// <summary>The rights that the README names are enough, and nothing else is asked for but events, which may be refused.</summary>
public sealed class RoleTests
{
    private static readonly Role Documented = new(
    [
        new RoleRule(["batch"], ["jobs"], ["get", "list", "watch", "create", "delete"]),
        new RoleRule([""], ["pods"], ["get", "list", "watch"]),
        new RoleRule([""], ["pods/log"], ["get"]),
        new RoleRule([""], ["secrets"], ["get", "create"]),
    ]);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_lives_from_submission_to_release_with_exactly_these_rights()
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        bench.Options = bench.Options with { UserId = "00000000-0000-0000-0000-000000000000" };
        bench.UseToken(bench.Server.Access.Grant("default", "scailfin", Documented));
        KubernetesJobManager manager = bench.NewManager();
        Attempt attempt = await bench.SubmitAsync(manager);
        Assert.Equal(EndClass.Succeeded, (await KubernetesBench.EndAsync(manager, attempt)).Class);
        Assert.Contains("hello", (await manager.CollectAsync(attempt, end: null, Cancellation)).Logs, StringComparison.Ordinal);
        IReadOnlyList<string> explained = await manager.ExplainAsync(attempt, Cancellation);
        Assert.Contains(
            explained, sentence => sentence.Contains($"kubectl describe job {KubernetesBench.NameOf(attempt)}", StringComparison.Ordinal));
        await manager.ReleaseAsync(attempt, Cancellation);

        Attempt running = await bench.SubmitAsync(manager, KubernetesBench.Spec("sleep 1000"));
        await Eventually.TrueAsync(
            async () => (await KubernetesBench.ObserveAsync(manager, running)).Phase == ObservedPhase.Running, "it runs");
        await manager.StopAsync(running, Cancellation);
        await manager.StopAsync(Specs.NewAttempt(KubernetesBench.Spec()), Cancellation);
        Assert.Equal(EndClass.Cancelled, (await KubernetesBench.EndAsync(manager, running)).Class);
    }

    [Theory]
    [InlineData("delete")]
    [InlineData("update")]
    [InlineData("get")]
    public async Task A_pod_whose_Job_was_deleted_without_it_is_deleted_or_given_a_deadline_or_the_refusal_is_told(string verb)
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        bench.UseToken(bench.Server.Access.Grant(
            "default", "scailfin", new Role([.. Documented.Rules, new RoleRule([""], ["pods"], [verb])])));
        KubernetesJobManager manager = bench.NewManager();
        Attempt attempt = await bench.SubmitAsync(manager, KubernetesBench.Spec("sleep 1000"));
        await Eventually.TrueAsync(
            async () => (await KubernetesBench.ObserveAsync(manager, attempt)).Phase == ObservedPhase.Running, "it runs");
        await bench.OrphanPodsAsync(attempt);
        StopAnswer answer = await manager.StopAsync(attempt, Cancellation);
        if (verb != "get")
        {
            Assert.IsType<StopAnswer.Accepted>(answer);
            Assert.Equal(EndClass.Cancelled, (await KubernetesBench.EndAsync(manager, attempt)).Class);
        }
        else
        {
            Assert.Contains(
                "can neither be deleted nor given a deadline", Assert.IsType<StopAnswer.Refused>(answer).Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Without_rights_a_submission_is_refused_and_nothing_is_judged()
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        bench.UseToken(bench.Server.Access.Grant("default", "nobody", Role.Nothing));
        KubernetesJobManager manager = bench.NewManager();
        Attempt attempt = Specs.NewAttempt(KubernetesBench.Spec());
        var rejected = Assert.IsType<Submission.Rejected>(await manager.SubmitAsync(attempt, Cancellation));
        Assert.StartsWith("(403)\nReason: Forbidden\n", rejected.Reason, StringComparison.Ordinal);
        await Assert.ThrowsAsync<JobManagerUnavailableException>(() => KubernetesBench.ObserveAsync(manager, attempt));
    }

    [Fact]
    public async Task Jobs_whose_engine_is_gone_are_left_over_and_can_be_removed()
    {
        await using KubernetesBench bench = await KubernetesBench.StartAsync();
        Attempt standalone = await bench.SubmitAsync(bench.NewManager(), KubernetesBench.Spec("sleep 1000"));
        bench.Options = bench.Options with { UserId = "00000000-0000-0000-0000-000000000000" };
        Attempt attempt = await bench.SubmitAsync(bench.NewManager(), KubernetesBench.Spec("sleep 1000"));
        using KubernetesLeftovers leftovers = bench.NewLeftovers();
        Assert.Empty(await leftovers.ListAsync(Guid.NewGuid(), Cancellation));
        Leftover found = Assert.Single(await leftovers.ListAsync(attempt.Spec.WorkflowUuid, Cancellation));
        Assert.Equal(
            (KubernetesBench.NameOf(attempt), attempt.Spec.WorkflowUuid.ToString(), "Active"), (found.Name, found.Workflow, found.State));
        Assert.True(await leftovers.RemoveAsync(found, Cancellation));
        Assert.False(await leftovers.RemoveAsync(found, Cancellation));
        Assert.Empty(await leftovers.ListAsync(null, Cancellation));
        Assert.NotNull(bench.Server.Store.Find(ResourceType.Jobs, "default", KubernetesBench.NameOf(standalone)));
    }
}
