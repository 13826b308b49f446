using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobWrapper;
using Scailfin.Testing;

namespace Scailfin.JobManagers.Local.Tests;

/// <summary>A step of one job replaces the workspace of another that waits, by a link to what is not its own.</summary>
public sealed class ReplacedWorkspaceTests : IDisposable
{
    private const int Races = 10;
    private readonly LocalBench _bench = new();
    private readonly string _outside = Directory.CreateTempSubdirectory("scailfin-outside-").FullName;

    public ReplacedWorkspaceTests()
    {
        Directory.CreateDirectory(Sub);
        File.WriteAllText(Path.Combine(_outside, "secret"), "the token\n");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Sub => _bench.InWorkspace("sub");

    public void Dispose()
    {
        _bench.Dispose();
        Directory.Delete(_outside, recursive: true);
    }

    [Fact]
    public async Task A_workspace_that_became_a_link_before_its_job_was_submitted_is_refused()
    {
        Attempt waiting = Specs.NewAttempt(Spec("cat secret; echo written >made"));
        await _bench.RunAsync(_bench.Spec($"rmdir sub && ln -s '{_outside}' sub"));
        var refused = Assert.IsType<Submission.Rejected>(await _bench.NewManager().SubmitAsync(waiting, Cancellation));
        Assert.Contains($"The workspace '{Sub}' is not used: below its root", refused.Reason, StringComparison.Ordinal);
        AssertOutsideIsUntouched();
    }

    [Fact]
    public async Task A_workspace_that_becomes_a_link_after_that_is_not_entered()
    {
        Attempt attempt = Specs.NewAttempt(Spec("cat secret; echo written >made"));
        WrapperFiles files = _bench.FilesOf(attempt);
        Directory.CreateDirectory(files.Directory);
        WrapperPlace place = WrapperPlace.Shared(files.Directory) with { Nonce = WrapperPlace.NewNonce(), WorkspaceIs = Sub };
        await File.WriteAllTextAsync(files.Script, WrapperScript.Render(attempt, _bench.Options.Profile, place), Cancellation);
        Directory.Delete(Sub);
        File.CreateSymbolicLink(Sub, _outside);
        LocalProcess.Start(attempt, files, () => { });
        AttemptEnd end = await _bench.EndAsync(attempt);
        Assert.Equal((EndClass.Infrastructure, false), (end.Class, end.StepMayHaveRun));
        Assert.Contains($"The workspace '{Sub}' was replaced: it leads to '{_outside}'.", end.Evidence.Text, StringComparison.Ordinal);
        AssertOutsideIsUntouched();
    }

    [Theory]
    [InlineData("none", "")]
    [InlineData("bubblewrap", "scailfin/bsm-search:1")]
    public async Task However_it_is_swapped_while_jobs_begin_no_step_sees_or_changes_what_is_outside(string runtime, string image)
    {
        string? images = Environment.GetEnvironmentVariable("SCAILFIN_TEST_IMAGES");
        Assert.SkipWhen(image.Length > 0 && string.IsNullOrEmpty(images), "SCAILFIN_TEST_IMAGES is not set");
        _bench.Options = _bench.Options with
        {
            Profile = _bench.Options.Profile with { Runtimes = [runtime], ImageDirectories = image.Length > 0 ? [images!] : [] },
        };
        using var enough = new CancellationTokenSource();
        Task swapping = Task.Run(() => Swap(enough.Token), Cancellation);
        int ran = 0;
        for (int race = 0; race < Races; race++)
        {
            JobSpec spec = Spec("cat secret; echo written >made; sleep 0.1; cat secret; echo written >made") with { DockerImage = image };
            Attempt attempt = Specs.NewAttempt(spec);
            if (await _bench.NewManager().SubmitAsync(attempt, Cancellation) is not Submission.Accepted accepted)
                continue;
            AttemptEnd end = await _bench.EndAsync(attempt with { Handle = accepted.Handle });
            ran += end.StepMayHaveRun ? 1 : 0;
            Assert.DoesNotContain("the token", await _bench.LogsAsync(attempt), StringComparison.Ordinal);
        }

        await enough.CancelAsync();
        await Eventually.EndAsync(swapping, "the swapping ends");
        TestContext.Current.TestOutputHelper!.WriteLine($"{ran} of {Races} steps began");
        AssertOutsideIsUntouched();
    }

    private JobSpec Spec(string command) => _bench.Spec(command) with { WorkflowWorkspace = Sub };

    private void AssertOutsideIsUntouched() =>
        Assert.Equal(["secret"], Directory.EnumerateFileSystemEntries(_outside).Select(Path.GetFileName));

    private void Swap(CancellationToken enough)
    {
        string aside = _bench.InWorkspace("aside");
        while (!enough.IsCancellationRequested)
        {
            Directory.Move(Sub, aside);
            File.CreateSymbolicLink(Sub, _outside);
            enough.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(1));
            File.Delete(Sub);
            Directory.Move(aside, Sub);

            // Long enough for some steps to begin.
            enough.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 60)));
        }
    }
}
