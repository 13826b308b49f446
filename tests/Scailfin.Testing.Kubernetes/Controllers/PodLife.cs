using System.Collections.Immutable;
using System.Text;

namespace Scailfin.Testing.Kubernetes.Controllers;

/// <summary>
/// What becomes of a pod, step by step. A life is a value: each method answers a longer one. Where no container is named, the first main
/// container is meant.
/// </summary>
public sealed partial record PodLife
{
    internal ImmutableList<PodStep> Steps { get; private init; } = [];

    /// <summary>Why no pod can be created at all: the Job stays without one, and only events tell.</summary>
    public string? Refusal { get; private init; }

    /// <summary>How long after SIGTERM the program ends; null: it ignores SIGTERM and is killed after the grace period.</summary>
    public TimeSpan? EndsOnSignalAfter { get; private init; }

    /// <summary>The program's exit code after SIGTERM.</summary>
    public int SignalExitCode { get; private init; } = 137;

    /// <summary>What it writes when it is asked to end.</summary>
    public string SignalOutput { get; private init; } = "";

    /// <summary>Gets a node and starts, with its init containers run through.</summary>
    public static PodLife Starts() => new PodLife()
        .Then(pace => pace.Scheduling, pod => pod.Schedule())
        .Then(pace => pace.Acceptance, pod => pod.Accept())
        .Then(pace => pace.Sandbox, pod => pod.OpenSandbox())
        .Then(pace => pace.Start, pod => pod.RunInitContainers())
        .Then(pace => TimeSpan.Zero, pod => pod.StartMainContainers());

    /// <summary>Writes that and exits 0.</summary>
    public static PodLife Succeeds(string log = "", TimeSpan runs = default) => Starts().Writes(log).For(runs).Exits(0);

    public static PodLife Fails(int exitCode, string log = "", TimeSpan runs = default) => Starts().Writes(log).For(runs).Exits(exitCode);

    /// <summary>Runs until somebody ends it.</summary>
    public static PodLife RunsForever(string log = "") => Starts().Writes(log);

    /// <summary>Lets that time pass before the next step.</summary>
    public PodLife For(TimeSpan time) => time == TimeSpan.Zero ? this : Then(_ => time, _ => { });

    public PodLife Writes(string text, string? container = null) => Writes(Encoding.UTF8.GetBytes(text), container);

    public PodLife Writes(byte[] bytes, string? container = null) =>
        bytes.Length == 0 ? this : Then(_ => TimeSpan.Zero, pod => pod.Write(bytes, container));

    /// <summary>
    /// The kubelet rotates the log (recorded: <c>logs/rotation.jsonl</c>): a plain read gets what is written from now on.
    /// </summary>
    public PodLife RotatesLog() => Then(_ => TimeSpan.Zero, pod => pod.RotateLog());

    /// <summary>A container ends; the pod ends when it was the last one.</summary>
    /// <remarks><c>reason</c>: Null: Completed or Error, by the code.</remarks>
    public PodLife Exits(int exitCode, string? reason = null, string? message = null, string? container = null) =>
        Then(_ => TimeSpan.Zero, pod => pod.Exit(exitCode, reason, message, container));

    /// <summary>A life in which SIGTERM is answered.</summary>
    public PodLife OnSignal(int exitCode, TimeSpan after = default, string output = "") =>
        this with { EndsOnSignalAfter = after, SignalExitCode = exitCode, SignalOutput = output };

    /// <summary>Whatever a test needs that has no word yet. Runs on the controllers' thread; the status is published after it.</summary>
    public PodLife Then(TimeSpan after, Action<SimulatedPod> action) => Then(_ => after, pod => pod.Custom(action));

    internal PodLife Then(Func<ClusterPace, TimeSpan> after, Action<PodActor> action) =>
        this with { Steps = Steps.Add(new PodStep(after, action)) };
}
