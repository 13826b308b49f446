using Microsoft.Extensions.Time.Testing;
using Scailfin.Core.JobManagers;
using Scailfin.JobManagers.Kubernetes.Objects;
using Scailfin.JobManagers.Kubernetes.Options;
using Scailfin.JobManagers.Kubernetes.Verdicts;
using Scailfin.JobManagers.Kubernetes.Watching;

namespace Scailfin.JobManagers.Kubernetes.Tests.Verdicts;

/// <summary>Pods that are taken away, where the Job names the cause.</summary>
public sealed class RemovalVerdictTests
{
    private const string Words =
        "Container job for pod default/reana-run-job-x-abcde failed with exit code 42 matching FailJob rule at index 0";

    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// https://kubernetes.io/docs/tasks/job/pod-failure-policy/: the condition's reason and message, with FailureTarget first.
    /// </summary>
    [Theory]
    [InlineData("FailureTarget", false)]
    [InlineData("Failed", false)]
    [InlineData("Failed", true)]
    public void A_running_pod_that_is_deleted_by_the_Jobs_failure_policy_ends_with_its_words(string condition, bool jobDeletedToo)
    {
        AttemptEnd? end = Judge(condition, "PodFailurePolicy", Words, jobDeletedToo).End;
        Assert.Equal($"Kubernetes says that the job failed (PodFailurePolicy): {Words}", end?.Evidence.Text);
        Assert.Equal((EndClass.Infrastructure, true), (end?.Class, end?.StepMayHaveRun));
    }

    [Fact]
    public void The_deadline_of_a_Job_that_was_deleted_afterwards_is_still_the_cause() => Assert.Equal(
        (EndClass.Limit, "The job reached the time limit of its Job: Job was active longer than specified deadline"),
        Judge("Failed", "DeadlineExceeded", "Job was active longer than specified deadline", jobDeletedToo: true).End is { } end
            ? (end.Class, end.Evidence.Text)
            : default);

    [Fact]
    public void A_Job_that_only_says_that_a_pod_failed_names_no_cause() => Assert.Equal(
        "Somebody deleted the job's pod.",
        Judge("Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit", jobDeletedToo: false).End?.Evidence.Text);

    private static Judgement Judge(string condition, string reason, string message, bool jobDeletedToo)
    {
        var time = new FakeTimeProvider(Now);
        var view = new ClusterView(time);
        view.Await("reana-run-job-x");
        JobObject job = new() { Metadata = new ObjectMetadata { Name = "reana-run-job-x", Uid = "j", ResourceVersion = "1" } };
        PodObject pod = new()
        {
            Metadata = new ObjectMetadata
            {
                Name = "reana-run-job-x-abcde",
                Uid = "p",
                ResourceVersion = "2",
                Labels = new ObjectLabels { JobName = "reana-run-job-x" },
            },
            Spec = new PodObjectSpec { NodeName = "node1" },
            Status = new PodObjectStatus
            {
                Phase = "Running",
                ContainerStatuses =
                [
                    new ContainerStatus { Name = "job", State = new ContainerState { Running = new ContainerRunning { StartedAt = Now } } },
                ],
            },
        };
        view.Take(job, deleted: false);
        view.Take(pod, deleted: false);
        time.Advance(TimeSpan.FromSeconds(5));
        ObjectMetadata leaving = pod.Metadata with { ResourceVersion = "3", DeletionTimestamp = Now.AddSeconds(5) };
        view.Take(pod with { Metadata = leaving }, deleted: true);
        view.Take(
            job with
            {
                Metadata = job.Metadata with { ResourceVersion = "4" },
                Status = new JobObjectStatus
                {
                    Conditions = [new ObjectCondition { Type = condition, Status = "True", Reason = reason, Message = message }],
                },
            },
            deleted: jobDeletedToo);
        time.Advance(TimeSpan.FromSeconds(5));
        JobEntry entry = view.Find("reana-run-job-x");
        return Verdict.Of(
            new JobCase("reana-run-job-x", entry, StopAsked: false, TimeSpan.FromHours(1), new KubernetesPatience(), time.GetUtcNow())
            {
                PodsAsOf = time.GetUtcNow(),
            });
    }
}
