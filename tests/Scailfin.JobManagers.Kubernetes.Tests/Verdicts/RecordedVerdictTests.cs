using Scailfin.Core.JobManagers;
using Scailfin.JobManagers.Kubernetes.Options;
using Scailfin.JobManagers.Kubernetes.Verdicts;

namespace Scailfin.JobManagers.Kubernetes.Tests.Verdicts;

/// <summary>Each row of what a real Kubernetes did, judged: the right end, its reason, and whether the step may have run.</summary>
public sealed class RecordedVerdictTests
{
    private static readonly KubernetesPatience Impatient = new()
    {
        ImagePull = TimeSpan.FromSeconds(12),
        NoPod = TimeSpan.FromSeconds(14),
        Unschedulable = TimeSpan.FromSeconds(1),
        Preparation = TimeSpan.FromSeconds(15),
    };

    /// <summary>How those end that end by themselves, or that are given up at once.</summary>
    public static TheoryData<string, EndClass, int?, bool, string> Ends => new()
    {
        { "success", EndClass.Succeeded, 0, true, "The step ended with exit code 0." },
        { "exit-3", EndClass.Step, 3, true, "The step ended with exit code 3." },
        { "exit-127", EndClass.Step, 127, true, "exit code 127" },
        { "sigsegv", EndClass.Step, 139, true, "as after signal 11" },
        { "sigsegv-child", EndClass.Step, 139, true, "as after signal 11" },
        { "oom-main", EndClass.Limit, 137, true, "more memory than its limit of 32Mi and was killed" },
        { "oom-child-exit-0", EndClass.Limit, 0, true, "more memory than its limit of 32Mi and was killed" },
        { "oom-child-propagated", EndClass.Limit, 137, true, "more memory than its limit of 32Mi and was killed" },
        { "no-bash", EndClass.Step, null, false, "the image must contain bash" },
        { "arg-too-long", EndClass.Step, 1, true, "exit code 1" },
        { "dollar-expansion", EndClass.Succeeded, 0, true, "exit code 0" },
        { "init-ok", EndClass.Succeeded, 0, true, "exit code 0" },
        { "init-failed", EndClass.Step, null, false, "No VOMS proxy could be made: the container voms-proxy ended with exit code 1" },
        { "kerberos-success", EndClass.Succeeded, 0, true, "exit code 0" },
        { "kerberos-exit-3", EndClass.Step, 3, true, "exit code 3" },
        { "kerberos-main-oom", EndClass.Limit, 137, true, "more memory than its limit of 32Mi and was killed" },
        { "native-sidecar-success", EndClass.Succeeded, 0, true, "exit code 0" },
        { "native-sidecar-main-oom", EndClass.Limit, 137, true, "more memory than its limit of 32Mi and was killed" },
        { "err-image-never-pull", EndClass.Step, null, false, "is not on the node" },
        { "invalid-image-name", EndClass.Step, null, false, "name of the image is not valid" },
        { "create-container-config-error", EndClass.Step, null, false, "cannot be configured" },
        { "run-as-root-refused", EndClass.Step, null, false, "cannot be configured: container has runAsNonRoot" },
        { "kubelet-admission-refused", EndClass.Infrastructure, null, false, "refused by its node, which had no CPU left" },
        { "pod-deadline", EndClass.Limit, null, true, "DeadlineExceeded: The job was killed due to exceeding timeout of 4 seconds." },
        { "pod-deadline-pending", EndClass.Limit, null, false,
            "DeadlineExceeded: The job was killed due to exceeding timeout of 4 seconds." },
        { "job-deadline", EndClass.Limit, null, true, "the time limit of its Job" },
        { "job-deadline-unschedulable", EndClass.Limit, null, true, "the time limit of its Job" },
        { "ttl-after-finished", EndClass.Succeeded, 0, true, "exit code 0" },
        { "pod-deleted", EndClass.Infrastructure, null, true, "Somebody deleted the job's pod." },
        { "pod-deleted-exit-0", EndClass.Infrastructure, null, true, "Somebody deleted the job's pod." },
        { "pod-force-deleted", EndClass.Infrastructure, null, true, "Somebody deleted the job's pod." },
        { "evicted-api", EndClass.Infrastructure, null, true, "evicted, as when a node is drained" },
        { "evicted-pod-failure-policy", EndClass.Succeeded, 0, true, "exit code 0" },
        { "evicted-ephemeral-storage", EndClass.Limit, null, true, "exceeds the total limit of containers 5Mi" },
        { "preempted", EndClass.Infrastructure, null, true, "make room for a pod of higher priority" },
        { "node-lost", EndClass.Infrastructure, null, true, "lost with its node" },
        { "suspended", EndClass.Succeeded, 0, true, "exit code 0" },
        { "backoff-limit-1", EndClass.Step, 3, true, "exit code 3" },
        { "delete-foreground-finished", EndClass.Succeeded, 0, true, "exit code 0" },
    };

    /// <summary>How those end that Kubernetes would go on with for ever, once the patience is over.</summary>
    public static TheoryData<string, string> GivenUp => new()
    {
        { "err-image-pull", "The image cannot be pulled; that was tried for" },
        { "init-err-image-pull", "The image cannot be pulled; that was tried for" },
        { "secret-volume-missing", "Its volumes or its network were not ready" },
        { "unschedulable", "No node could run it" },
        { "unschedulable-node-selector", "No node could run it" },
        { "pvc-missing", "No node could run it" },
        { "pod-deadline-unschedulable", "No node could run it" },
        { "quota-exceeded", "not created the Job's pod" },
        { "pod-security-refused", "not created the Job's pod" },
        { "invalid-image-space", "not created the Job's pod" },
    };

    /// <summary>Deletions of the Job by somebody else.</summary>
    public static TheoryData<string, string, string> Deletions => new()
    {
        { "delete-background", "Somebody deleted the job in Kubernetes.", "The job was stopped while it ran." },
        { "delete-background-trap", "Somebody deleted the job in Kubernetes.", "The job was stopped while it ran." },
        { "delete-background-exit-0", "Somebody deleted the job in Kubernetes.", "The job was stopped while it ran." },
        { "delete-foreground", "Somebody deleted the job in Kubernetes.", "The job was stopped while it ran." },
        { "delete-pending", "Somebody deleted the job in Kubernetes.", "The job was stopped before it began." },
        { "evicted-api-pdb", "Somebody deleted the job in Kubernetes.", "The job was stopped while it ran." },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public void What_ends_by_itself_ends_as_it_did(string name, EndClass kind, int? exitCode, bool mayHaveRun, string text)
    {
        var recording = new Recording(name);

        // From the beginning, and as a service sees it that was started at any other time.
        for (int from = 0; from < recording.Removal; from++)
        {
            Judgement last = recording.Play(from, afterwards: TimeSpan.FromSeconds(10))[^1];
            AttemptEnd end = last.End ?? last.GivenUp ?? throw new InvalidOperationException($"{name} from {from}: {last}");
            Assert.Equal((from, kind, exitCode), (from, end.Class, end.Evidence.ExitCode));
            Assert.Contains(text, end.Evidence.Text, StringComparison.Ordinal);
            Assert.Equal(mayHaveRun, end.StepMayHaveRun);
        }
    }

    [Theory]
    [MemberData(nameof(GivenUp))]
    public void What_never_ends_is_given_up_once_the_patience_is_over(string name, string text)
    {
        Judgement judgement = new Recording(name) { Patience = Impatient }.Play(afterwards: TimeSpan.FromSeconds(20))[^1];
        Assert.Equal((EndClass.Infrastructure, false), (judgement.GivenUp?.Class, judgement.GivenUp?.StepMayHaveRun));
        Assert.Contains(text, judgement.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(GivenUp))]
    public void What_never_ends_waits_until_then_and_says_for_what(string name, string text)
    {
        Assert.NotEmpty(text);
        IReadOnlyList<Judgement> judgements = new Recording(name).Play();
        Assert.All(judgements, judgement => Assert.True(judgement is { Phase: ObservedPhase.Waiting, GivenUp: null }));
        Assert.NotEmpty(judgements[^1].Reason);
    }

    [Theory]
    [MemberData(nameof(GivenUp))]
    public void A_service_whose_clock_is_wrong_waits_as_long(string name, string text)
    {
        foreach (TimeSpan ahead in (TimeSpan[])[TimeSpan.FromDays(40), -TimeSpan.FromHours(1)])
        {
            Assert.All(new Recording(name) { Ahead = ahead }.Play(), judgement => Assert.Null(judgement.GivenUp));
            Judgement last = new Recording(name) { Ahead = ahead, Patience = Impatient }.Play(afterwards: TimeSpan.FromSeconds(20))[^1];
            Assert.Contains(text, last.GivenUp?.Evidence.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_pod_that_is_being_ended_has_its_grace_time_whatever_the_clock_says()
    {
        Assert.Equal(Told(TimeSpan.Zero), Told(TimeSpan.FromDays(40)));

        static IEnumerable<(ObservedPhase Phase, string Reason, string? End)> Told(TimeSpan ahead) =>
            new Recording("delete-background-trap") { WithDeletion = true, DeletionIsOurs = true, Ahead = ahead }
                .Play().Select(one => (one.Phase, one.Reason, one.End?.Evidence.Text));
    }

    [Theory]
    [MemberData(nameof(Deletions))]
    public void A_deletion_is_a_stop_if_it_is_ours_and_says_so_if_it_is_not(string name, string theirs, string ours)
    {
        Judgement foreign = new Recording(name) { WithDeletion = true }.Play()[^1];
        Assert.Equal((EndClass.Cancelled, theirs), (foreign.End?.Class, foreign.End?.Evidence.Text));
        Judgement own = new Recording(name) { WithDeletion = true, DeletionIsOurs = true }.Play()[^1];
        Assert.Equal((EndClass.Cancelled, ours), (own.End?.Class, own.End?.Evidence.Text));
    }

    [Fact]
    public void An_orphaned_pod_is_judged_by_its_own_end() =>
        Assert.Equal(EndClass.Succeeded, new Recording("delete-default") { WithDeletion = true }.Play()[^1].End?.Class);

    [Fact]
    public void Every_recording_is_judged_somewhere()
    {
        IEnumerable<string> judged =
        [
            .. Ends.Select(row => row.Data.Item1), .. GivenUp.Select(row => row.Data.Item1), .. Deletions.Select(row => row.Data.Item1),
            "delete-default",
        ];
        IEnumerable<string> recorded = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Recorded"), "*.jsonl")
            .Select(file => Path.GetFileNameWithoutExtension(file)!);
        Assert.Equal(recorded.Order(StringComparer.Ordinal), judged.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("suspended")]
    [InlineData("evicted-pod-failure-policy")]
    public void A_job_that_goes_on_with_another_pod_goes_back_to_waiting(string name)
    {
        IReadOnlyList<Judgement> judgements = new Recording(name).Play();
        int firstRun =
            judgements.Select((judgement, index) => (judgement, index)).First(pair => pair.judgement.Phase == ObservedPhase.Running).index;
        Assert.Contains(judgements.Skip(firstRun), judgement => judgement.Phase == ObservedPhase.Waiting);
    }

    [Theory]
    [InlineData("invalid-image-name", "Container job in Kubernetes job {0} failed due to invalid image name.")]
    [InlineData("err-image-never-pull", "Container job in Kubernetes job {0} failed to fetch image.")]
    [InlineData("create-container-config-error", "Container job in Kubernetes job {0} failed due to container configuration error: ")]
    [InlineData("kubelet-admission-refused", "Job pod {0}-")]
    [InlineData(
        "oom-child-exit-0", "Kubernetes job id: {0} failed, phase 'Succeeded' but container 'job' was terminated because of 'OOMKilled'.")]
    [InlineData("evicted-api", "EvictionByEvictionAPI: Job {0} was disrupted: Eviction API: evicting")]
    [InlineData("pod-deadline", "Kubernetes job id: {0} was killed due to timeout.")]
    [InlineData("pod-deadline", "DeadlineExceeded: The job was killed due to exceeding timeout of 4 seconds.")]
    public void The_lines_that_users_of_upstream_know_are_kept(string name, string line)
    {
        var recording = new Recording(name);
        string expected = string.Format(System.Globalization.CultureInfo.InvariantCulture, line, recording.Name);
        Assert.Contains(recording.Play()[^1].Lines, told => told.StartsWith(expected, StringComparison.Ordinal));
    }
}
