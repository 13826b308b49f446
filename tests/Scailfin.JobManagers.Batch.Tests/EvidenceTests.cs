using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Batch.Accounts;
using Scailfin.JobManagers.Batch.Attempts;
using Scailfin.JobManagers.Batch.Options;
using Scailfin.JobWrapper;
using Scailfin.JobWrapper.Sites;
using Scailfin.Testing;

namespace Scailfin.JobManagers.Batch.Tests;

/// <summary>Which receipt an ended attempt is judged by.</summary>
public sealed class EvidenceTests : IDisposable
{
    private readonly string _workspace = Directory.CreateTempSubdirectory("scailfin-batch-").FullName;
    private readonly ToyScheduler _scheduler = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _scheduler.Dispose();
        Directory.Delete(_workspace, recursive: true);
    }

    [Fact]
    public async Task A_receipt_with_another_nonce_is_none_and_the_reason_says_so()
    {
        using ToyJobManager manager = NewManager();
        Attempt attempt = await SubmitAsync(manager, "exit 0");
        AttemptPlace place = new(attempt);
        await ManagerDriver.EndAsync(manager, attempt);
        string own = await File.ReadAllTextAsync(place.Files.Receipt, Cancellation);
        string nonce = AttemptFiles.NonceOf(place)!;
        string foreign = own.Replace(nonce, WrapperPlace.NewNonce(), StringComparison.Ordinal);
        await File.WriteAllTextAsync(place.Files.Receipt, foreign, Cancellation);
        Observation seen = Assert.Single(await manager.ObserveAsync([attempt], Cancellation));
        BatchEnd failed = Assert.IsType<BatchEnd>(seen.End) with { Word = SchedulerWord.BadEnd };
        Collected collected = await manager.CollectAsync(attempt, failed, Cancellation);
        Assert.Equal(EndClass.Infrastructure, collected.Verdict!.Class);
        Assert.Contains("its nonce is another one", collected.Verdict.Evidence.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_receipt_of_a_step_that_was_stopped_counts_though_its_script_is_gone()
    {
        using ToyJobManager manager = NewManager();
        Attempt attempt = await SubmitAsync(manager, "trap 'exit 3' TERM; touch running; while :; do sleep 0.1; done");
        await Eventually.TrueAsync(() => File.Exists(Path.Combine(_workspace, "running")), "it runs");
        await manager.StopAsync(attempt, Cancellation);
        using ToyJobManager next = NewManager();
        AttemptEnd end = (await ManagerDriver.EndAsync(next, attempt)).End!;
        Assert.False(File.Exists(new AttemptPlace(attempt).Files.Script));
        Assert.Equal(EndClass.Cancelled, end.Class);
        Assert.NotNull(AttemptFiles.NonceOf(new AttemptPlace(attempt)));
    }

    /// <summary>A path through a link to itself: neither there nor not there.</summary>
    [Fact]
    public async Task A_workspace_that_cannot_be_looked_at_proves_nothing_of_its_jobs()
    {
        string loop = Path.Combine(_workspace, "loop");
        File.CreateSymbolicLink(loop, loop);
        using ToyJobManager manager = NewManager();
        JobSpec spec = Specs.Valid("true", "toy") with { WorkflowWorkspace = Path.Combine(loop, "ws"), DockerImage = "" };
        Attempt attempt = Specs.NewAttempt(spec);
        Observation seen = Assert.Single(await manager.ObserveAsync([attempt], Cancellation));
        Assert.Equal(ObservedPhase.CannotLook, seen.Phase);
        Assert.IsType<Finding.CannotTell>(Assert.Single(await manager.FindAsync([attempt], Cancellation)));
        var refused = Assert.IsType<StopAnswer.Refused>(await manager.StopAsync(attempt, Cancellation));
        Assert.Contains("The stop cannot be noted in the job's workspace", refused.Reason, StringComparison.Ordinal);
    }

    private ToyJobManager NewManager() => new(
        _scheduler,
        new BatchOptions { Profile = new SiteProfile { Runtimes = ["none"], StopGrace = TimeSpan.FromSeconds(1) } },
        TimeProvider.System);

    private async Task<Attempt> SubmitAsync(ToyJobManager manager, string command)
    {
        Attempt attempt = Specs.NewAttempt(Specs.Valid(command, "toy") with { WorkflowWorkspace = _workspace, DockerImage = "" });
        var accepted = Assert.IsType<Submission.Accepted>(await manager.SubmitAsync(attempt, Cancellation));
        return attempt with { Handle = accepted.Handle };
    }
}
