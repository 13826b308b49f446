using Scailfin.Core.Jobs;
using Scailfin.Core.Lifecycle;
using Scailfin.Core.Storage;
using Scailfin.Testing;

namespace Scailfin.Core.Tests.Lifecycle;

/// <summary>Long texts lie in files, from before the row is written until it is gone.</summary>
public sealed class LongSpecTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("scailfin-specs-").FullName;
    private readonly SpecFiles _files;

    public LongSpecTests() => _files = new SpecFiles(_directory);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _files.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task The_file_is_there_before_the_row_is_written_and_the_job_has_the_whole_command()
    {
        var committing = new TaskCompletionSource();
        var store = new InMemoryJobStore { CommitDelay = committing.Task };
        await using Harness harness = await Harness.StartAsync(store: store, texts: _files);
        Task<Job> submitting = harness.SubmitAsync(Long("a"));
        await Eventually.TrueAsync(() => store.CommitsBegun > 0, "the row is being written");
        Assert.Single(Directory.GetFiles(_directory));
        committing.SetResult();
        Job job = await submitting;
        Assert.NotNull(job.Spec.Kept);
        Assert.Equal(Long("a").Command, job.Attempt.Spec.Command);
    }

    [Fact]
    public async Task A_request_under_a_used_key_never_replaces_the_texts_of_the_job_that_has_it()
    {
        var store = new InMemoryJobStore();
        await using Harness harness = await Harness.StartAsync(store: store, texts: _files);
        var id = JobId.FromKey("tester", Long("a").WorkflowUuid, "k");
        Job job = Specs.NewJob(await _files.KeepAsync(id, Long("a"), Cancellation)) with { Id = id, RequestDigest = "digest a" };
        await store.CommitAsync([new StoreWrite.Insert(job, [])], Cancellation);
        Assert.IsType<SubmitResult.KeyReused>(
            await harness.Service.SubmitAsync(Long("b"), "tester", new IdempotencyKey("k", "digest b")));
        Assert.Equal(job.Spec.Kept!.Name, Path.GetFileName(Assert.Single(Directory.GetFiles(_directory))));
        Job again = Assert.IsType<SubmitResult.Accepted>(
            await harness.Service.SubmitAsync(Long("a"), "tester", new IdempotencyKey("k", "digest a"))).Job;
        Assert.Equal((id, Long("a").Command), (again.Id, again.Spec.Command));
    }

    [Fact]
    public async Task A_job_whose_texts_cannot_be_read_waits_with_the_reason_and_leaves_its_place_to_others()
    {
        var manager = new ScriptedJobManager();
        manager.Traits = manager.Traits with { InFlightLimit = 1 };
        await using Harness harness = await Harness.StartAsync(manager, texts: _files);
        Job first = await harness.SubmitAsync();
        Job robbed = await harness.SubmitAsync(Long("a"));
        string file = Assert.Single(Directory.GetFiles(_directory));
        File.Move(file, $"{file}.away");
        manager.Exit(first.Id, 0);
        await harness.UntilAsync(first.Id, JobStatus.Finished);
        Job next = await harness.SubmitAsync();
        await Eventually.TrueAsync(() => manager.Live.Contains(next.Id), "the next job has the place");
        Assert.Contains(
            $"cannot be read from '{file}'",
            string.Join(' ', (await harness.Service.ExplainAsync(robbed, Cancellation)).Sentences),
            StringComparison.Ordinal);
        manager.Exit(next.Id, 0);
        File.Move($"{file}.away", file);
        await Eventually.TrueAsync(() => manager.Arrivals(robbed.Id) == 1, "the job is submitted once its texts are back");
    }

    [Fact]
    public async Task The_file_goes_with_its_row_when_the_job_is_old()
    {
        var store = new InMemoryJobStore();
        JobId old = await LeaveAsync(store, TimeSpan.FromHours(20));
        JobId young = await LeaveAsync(store, TimeSpan.FromHours(1));
        await using Harness harness = await Harness.StartAsync(
            store: store, scope: new() { Retention = TimeSpan.FromHours(12) }, texts: _files);
        await Eventually.TrueAsync(() => Directory.GetFiles(_directory).Length == 1, "the old job's file is removed");
        Assert.StartsWith(young.ToString(), Path.GetFileName(Directory.GetFiles(_directory)[0]), StringComparison.Ordinal);
        Assert.Null(await store.FindAsync(old, Cancellation));
    }

    [Fact]
    public async Task A_user_who_has_all_jobs_that_he_may_have_gets_no_more_until_one_has_ended_and_others_do()
    {
        await using Harness harness = await Harness.StartAsync(texts: _files);
        var limits = new UserLimits { LiveJobs = 2 };
        Job first = await AcceptedAsync("ada", limits);
        await AcceptedAsync("ada", limits);
        var refusal = Assert.IsType<SubmitResult.OverLimit>(
            await harness.Service.SubmitAsync(Specs.Valid(), "ada", bounds: new() { Limits = limits }));
        Assert.StartsWith("User 'ada' has 2 jobs that have not ended, and may have 2:", refusal.Reason, StringComparison.Ordinal);
        await AcceptedAsync("bob", limits);
        harness.Manager.Start(first.Id);
        await harness.UntilAsync(first.Id, JobStatus.Running);
        harness.Manager.Exit(first.Id, 0);
        await harness.UntilAsync(first.Id, JobStatus.Finished);
        await AcceptedAsync("ada", limits);

        async Task<Job> AcceptedAsync(string user, UserLimits given) => Assert.IsType<SubmitResult.Accepted>(
            await harness.Service.SubmitAsync(Specs.Valid(), user, bounds: new() { Limits = given })).Job;
    }

    [Fact]
    public async Task A_user_whose_texts_fill_his_share_gets_no_more_and_nothing_is_written()
    {
        await using Harness harness = await Harness.StartAsync(texts: _files);
        var limits = new UserLimits { Bytes = Long("a").TextsLength + 100 };
        Assert.IsType<SubmitResult.Accepted>(await harness.Service.SubmitAsync(Long("a"), "ada", bounds: new() { Limits = limits }));
        var refusal = Assert.IsType<SubmitResult.OverLimit>(
            await harness.Service.SubmitAsync(Long("b"), "ada", bounds: new() { Limits = limits }));
        Assert.Contains($"take {Long("a").TextsLength} bytes, and may take {limits.Bytes}", refusal.Reason, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(_directory));
        Assert.IsType<SubmitResult.Accepted>(await harness.Service.SubmitAsync(Long("b"), "bob", bounds: new() { Limits = limits }));
    }

    [Fact]
    public async Task A_user_whose_jobs_have_long_names_gets_no_more_of_them_once_they_take_much_memory()
    {
        await using Harness harness = await Harness.StartAsync(texts: _files);
        var limits = new UserLimits { Memory = 10_000 };
        JobSpec named = Specs.Valid() with { JobName = new string('n', 4000) };
        Assert.IsType<SubmitResult.Accepted>(await harness.Service.SubmitAsync(named, "ada", bounds: new() { Limits = limits }));
        Assert.IsType<SubmitResult.OverLimit>(await harness.Service.SubmitAsync(named, "ada", bounds: new() { Limits = limits }));
        Assert.IsType<SubmitResult.Accepted>(await harness.Service.SubmitAsync(Specs.Valid(), "ada", bounds: new() { Limits = limits }));
    }

    private async Task<JobId> LeaveAsync(InMemoryJobStore store, TimeSpan age)
    {
        var id = JobId.New();
        Job job = Specs.NewJob(await _files.KeepAsync(id, Long("a"), Cancellation)) with
        {
            Id = id,
            Status = JobStatus.Finished,
            Released = true,
            FinishedAt = TimeProvider.System.GetUtcNow() - age,
        };
        await store.CommitAsync([new StoreWrite.Insert(job, [])], Cancellation);
        return id;
    }

    private static JobSpec Long(string word) =>
        Specs.Valid() with { Command = string.Concat(Enumerable.Repeat($"echo {word}; ", 500)), Environment = [new("A", word)] };
}
