namespace Scailfin.Testing.Kubernetes.Controllers;

/// <summary>Lives that go wrong, each as recorded (named after the scenario).</summary>
public sealed partial record PodLife
{
    private static PodLife Accepted() => new PodLife()
        .Then(pace => pace.Scheduling, pod => pod.Schedule())
        .Then(pace => pace.Acceptance, pod => pod.Accept())
        .Then(pace => pace.Sandbox, pod => pod.OpenSandbox());

    /// <summary><c>oom-main</c>, and with exit code 0 <c>oom-child-exit-0</c>.</summary>
    public static PodLife OutOfMemory(int exitCode = 137, string log = "") => Starts().Writes(log).Exits(exitCode, "OOMKilled");

    /// <summary><c>no-bash</c>.</summary>
    public static PodLife CannotStart(
        string message = "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: "
            + "unable to start container process: exec: \"bash\": executable file not found in $PATH") =>
        Accepted().Exits(128, "StartError", message);

    /// <summary><c>err-image-pull</c>: the two reasons alternate for ever, at this period.</summary>
    public static PodLife CannotPull(TimeSpan period = default, int times = 4) => AlternatesPulling(Accepted(), period, times);

    private static PodLife AlternatesPulling(PodLife life, TimeSpan period, int times)
    {
        for (int turn = 0; turn < times; turn++)
        {
            life = life
                .Then(_ => period, pod => pod.Wait("ErrImagePull", pod.PullFailure))
                .Then(
                    _ => period,
                    pod => pod.Wait("ImagePullBackOff", $"Back-off pulling image \"{pod.Image}\": ErrImagePull: {pod.PullFailure}"));
        }
        return life;
    }

    /// <summary>A pull that fails at first and then works.</summary>
    public static PodLife PullsAtLast(TimeSpan after, string log = "") => AlternatesPulling(Accepted(), TimeSpan.Zero, 1)
        .For(after)
        .Then(pace => pace.Start, pod => pod.RunInitContainers())
        .Then(_ => TimeSpan.Zero, pod => pod.StartMainContainers())
        .Writes(log)
        .Exits(0);

    /// <summary>
    /// <c>invalid-image-name</c>, <c>err-image-never-pull</c>, <c>create-container-config-error</c>, <c>run-as-root-refused</c>: waits for
    /// ever with that reason.
    /// </summary>
    public static PodLife WaitsWith(string reason, string message) => Accepted().Then(_ => TimeSpan.Zero, pod => pod.Wait(reason, message));

    /// <summary><c>secret-volume-missing</c>: ContainerCreating for ever.</summary>
    public static PodLife NeverCreated(string message = "MountVolume.SetUp failed for volume \"s\" : secret \"none\" not found") =>
        new PodLife()
            .Then(pace => pace.Scheduling, pod => pod.Schedule())
            .Then(pace => pace.Acceptance, pod => pod.Accept())
            .Then(_ => TimeSpan.Zero, pod => pod.Warn("FailedMount", message));

    /// <summary><c>init-failed</c>.</summary>
    public static PodLife InitFails(string container, int exitCode, string log = "") =>
        Accepted().Then(_ => TimeSpan.Zero, pod => pod.FailInitContainer(container, exitCode, log));

    /// <summary><c>unschedulable</c>.</summary>
    public static PodLife Unschedulable(
        string message = "0/1 nodes are available: 1 Insufficient memory. no new claims to deallocate, "
            + "preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.") =>
        new PodLife().Then(pace => pace.Scheduling, pod => pod.CannotSchedule(message));

    /// <summary>No node for that long, then as the other life.</summary>
    public static PodLife Waits(TimeSpan time, PodLife then) => Unschedulable().For(time) with
    {
        Steps = Unschedulable().For(time).Steps.AddRange(then.Steps),
        EndsOnSignalAfter = then.EndsOnSignalAfter,
        SignalExitCode = then.SignalExitCode,
        SignalOutput = then.SignalOutput,
    };

    /// <summary><c>quota-exceeded</c>, <c>pod-security-refused</c>, <c>invalid-image-space</c>: the Job is there, a pod never.</summary>
    public static PodLife Refused(
        string message = "Error creating: pods \"x\" is forbidden: exceeded quota: no-pods, "
            + "requested: pods=1, used: pods=0, limited: pods=0") =>
        new() { Refusal = message };

    /// <summary><c>kubelet-admission-refused</c>.</summary>
    public static PodLife RefusedByNode(
        string reason = "OutOfcpu",
        string message = "Pod was rejected: Node didn't have enough resource: cpu, requested: 1500, used: 600, capacity: 2000") =>
        new PodLife()
            .Then(pace => pace.Scheduling, pod => pod.Schedule())
            .Then(pace => pace.Acceptance, pod => pod.Refuse(reason, message));

    /// <summary><c>evicted-ephemeral-storage</c>: by the kubelet.</summary>
    /// <remarks><c>isForNode</c>: The node was short of something: with DisruptionTarget. Otherwise it was the pod's own limit.</remarks>
    public static PodLife Evicted(
        string message = "Pod ephemeral local storage usage exceeds the total limit of containers 5Mi. ",
        bool isForNode = false,
        TimeSpan runs = default) =>
        Starts().For(runs).Then(_ => TimeSpan.Zero, pod => pod.EvictByKubelet(message, isForNode));

    /// <summary><c>preempted</c>: DisruptionTarget, then deleted with its grace.</summary>
    public static PodLife Preempted(TimeSpan runs = default, string log = "") => Starts().Writes(log).For(runs)
        .Then(
            _ => TimeSpan.Zero,
            pod => pod.TakeAway("PreemptionByScheduler", "default-scheduler: preempting to accommodate a higher priority pod"));

    /// <summary><c>evicted-api</c>.</summary>
    public static PodLife EvictedByApi(TimeSpan runs = default, string log = "") => Starts().Writes(log).For(runs)
        .Then(_ => TimeSpan.Zero, pod => pod.TakeAway("EvictionByEvictionAPI", "Eviction API: evicting"));

    /// <summary><c>node-lost</c>: not ready, marked for deletion after the toleration, never confirmed until the node is removed.</summary>
    /// <remarks><c>removedAfter</c>: Null: the node object stays for ever.</remarks>
    public static PodLife NodeLost(TimeSpan toleration, TimeSpan? removedAfter = null, string log = "")
    {
        PodLife lost = Starts().Writes(log).Then(_ => TimeSpan.Zero, pod => pod.LoseNode())
            .Then(_ => toleration, pod => pod.TakeAway("DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint"));
        return removedAfter is { } time ? lost.Then(_ => time, pod => pod.RemoveFromLostNode()) : lost;
    }
}
