using System.Collections.Concurrent;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Batch.Attempts;
using Scailfin.JobWrapper;
using Scailfin.Testing;
using Scailfin.Testing.Faults;

namespace Scailfin.JobManagers.Local.Tests;

/// <summary>
/// Every call of the wrapper and its helpers on a file of the attempt fails: the step runs once at most, and no verdict says that it did
/// not run, or that nothing is known of it, where it did.
/// </summary>
public sealed class WrapperFaultTests : IDisposable
{
    private readonly LocalBench _bench = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_step_that_ran_is_never_said_not_to_have_run()
    {
        Run right = await RunAsync("", FileError.InputOutput, once: false, takesReserve: true);
        Assert.True(right is { Ran: "ran\n", Seen.End.Class: EndClass.Succeeded }, right.ToString());
        Assert.True(right.Places.Count > 30, string.Join('\n', right.Places));
        var wrong = new ConcurrentQueue<string>();

        // The wrapper is bash, which tells one error from another in its words only: the errors take turns with the places.
        IEnumerable<(string Place, FileError Error, bool Once)> matrix = right.Places
            .Where(place => !place.Contains("/proc", StringComparison.Ordinal) || place.EndsWith("/stat", StringComparison.Ordinal))
            .SelectMany(place => (bool[])(IsLook(place) ? [false] : [false, true]), (place, once) => (place, once))
            .Select((one, at) => (one.place, FaultInjector.Errors[at % FaultInjector.Errors.Count], one.once));
        var two = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = Cancellation };
        await Parallel.ForEachAsync(matrix, two, async (one, _) =>
        {
            Run run = await RunAsync(one.Place, one.Error, one.Once, takesReserve: true);
            if (run.Hits > 0 && run.Wrong is { } what)
                wrong.Enqueue($"{one.Place} {one.Error}{(one.Once ? " once" : "")}: {what}: {run}");
        });
        Assert.True(wrong.IsEmpty, string.Join('\n', wrong));
    }

    [Theory]
    [InlineData("write receipt.json.tmp")]
    [InlineData("openat receipt.json.tmp")]
    public async Task A_receipt_that_finds_no_room_is_written_over_the_room_that_was_kept(string place)
    {
        foreach (bool takesReserve in (bool[])[true, false])
        {
            Run run = await RunAsync(place, FileError.NoSpace, once: false, takesReserve);
            Assert.True(run is { Ran: "ran\n", Hits: > 0, Seen.End.Class: EndClass.Succeeded }, run.ToString());
        }
    }

    [Theory]
    [InlineData("write claim/owner", true)]
    [InlineData("write claim/owner", false)]
    [InlineData("write claim/reserve", false)]
    public async Task Without_room_for_the_evidence_no_step_begins_and_the_reason_is_said(string place, bool takesReserve)
    {
        Run run = await RunAsync(place, FileError.NoSpace, once: false, takesReserve);
        Assert.True(run is { Ran: "", Hits: > 0 }, run.ToString());
        Assert.Contains("has no room", run.Output, StringComparison.Ordinal);
        if (takesReserve)
            Assert.Contains("has no room", run.Seen.End?.Evidence.Text, StringComparison.Ordinal);
    }

    /// <summary>Whether the place is a look, for which a second one changes nothing.</summary>
    private static bool IsLook(string place) =>
        place.StartsWith("newfstatat ", StringComparison.Ordinal) || place.StartsWith("lseek ", StringComparison.Ordinal)
        || place.StartsWith("faccessat", StringComparison.Ordinal);

    private async Task<Run> RunAsync(string place, FileError error, bool once, bool takesReserve)
    {
        string workspace = Directory.CreateDirectory(_bench.InWorkspace(Guid.NewGuid().ToString("N"))).FullName;
        Attempt attempt = Specs.NewAttempt(_bench.Spec("echo ran >>ran; echo said") with { WorkflowWorkspace = workspace });
        WrapperFiles files = _bench.FilesOf(attempt);
        Directory.CreateDirectory(files.Directory);
        AttemptFiles.Write(files.Script, WrapperScript.Render(attempt, _bench.Options.Profile, WrapperPlace.Shared(files.Directory)));
        if (takesReserve)
            AttemptFiles.Write(files.Reserve, WrapperFiles.ReserveContent);
        using var injector = new FaultInjector(Path.Combine(workspace, "control"));
        injector.Arm(place, error, once);
        var variables = new Dictionary<string, string> { [LocalProcess.Mark] = attempt.Identity };
        (_, string output) = await injector.RunAsync(files.Directory, ["bash", files.Script], variables);
        ProcessTable.KillAttempt(attempt.Identity);
        Observation seen = Assert.Single(await _bench.NewManager().ObserveAsync([attempt], Cancellation));
        string ran = Path.Combine(workspace, "ran");
        return new Run(
            injector.Hits, File.Exists(ran) ? await File.ReadAllTextAsync(ran, Cancellation) : "", seen, injector.Places, output);
    }

    private sealed record Run(int Hits, string Ran, Observation Seen, IReadOnlyList<string> Places, string Output)
    {
        /// <summary>Null if the verdict is one that the evidence allows.</summary>
        public string? Wrong => (Ran, Seen) switch
        {
            ("", { Phase: ObservedPhase.NotKnown or ObservedPhase.Ended }) => Seen.End?.Class == EndClass.Succeeded ? "did not run" : null,
            ("ran\n", { End: { StepMayHaveRun: true } end }) =>
                end.Evidence.Source == EvidenceSource.Receipt ? null : "there is no receipt",
            _ => "verdict",
        };

        public override string ToString() =>
            $"ran '{Ran.Trim()}', {Hits} times, {Seen.Phase}, {Seen.Reason}, {Seen.End}, said: {Output}";
    }
}
