using Scailfin.Core.Jobs;
using Scailfin.Core.Lifecycle;
using Scailfin.Testing;

namespace Scailfin.Core.Tests.Lifecycle;

/// <summary>The same key and the same request are the same job.</summary>
public sealed class IdempotencyTests
{
    private static readonly JobSpec Spec = Specs.Valid();
    private static readonly IdempotencyKey Key = new("step-1", "digest-1");

    [Fact]
    public async Task A_repeat_is_answered_with_the_same_job()
    {
        await using Harness harness = await Harness.StartAsync();
        JobId first = await SubmitAsync(harness, Key);
        Assert.Equal(first, await SubmitAsync(harness, Key));
        Assert.Equal(JobId.FromKey("tester", Spec.WorkflowUuid, Key.Key), first);
        Assert.Equal(1, harness.Manager.SubmitCalls);
    }

    [Fact]
    public async Task A_hundred_at_once_are_one_job()
    {
        await using Harness harness = await Harness.StartAsync();
        JobId[] ids = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => SubmitAsync(harness, Key))));
        Assert.Single(ids.Distinct());
        Assert.Equal(1, harness.Manager.SubmitCalls);
    }

    [Fact]
    public async Task A_repeat_after_a_restart_is_the_same_job()
    {
        var manager = new ScriptedJobManager();
        var store = new InMemoryJobStore();
        JobId first;
        await using (Harness harness = await Harness.StartAsync(manager, store))
            first = await SubmitAsync(harness, Key);
        await using Harness second = await Harness.StartAsync(manager, store);
        Assert.Equal(first, await SubmitAsync(second, Key));
        Assert.Equal(1, manager.SubmitCalls);
    }

    [Fact]
    public async Task A_repeat_with_another_request_is_refused_and_names_the_job()
    {
        await using Harness harness = await Harness.StartAsync();
        JobId first = await SubmitAsync(harness, Key);
        SubmitResult other = await harness.Service.SubmitAsync(Spec, "tester", Key with { Digest = "digest-2" });
        Assert.Equal(first, Assert.IsType<SubmitResult.KeyReused>(other).Id);
    }

    [Fact]
    public async Task A_rejection_is_repeated()
    {
        await using Harness harness = await Harness.StartAsync();
        harness.Manager.Next(SubmitScript.Refuse);
        var first = Assert.IsType<SubmitResult.Rejected>(await harness.Service.SubmitAsync(Spec, "tester", Key));
        var second = Assert.IsType<SubmitResult.Rejected>(await harness.Service.SubmitAsync(Spec, "tester", Key));
        Assert.Equal((first.Job.Id, first.Reason), (second.Job.Id, second.Reason));
        Assert.Equal(1, harness.Manager.SubmitCalls);
    }

    [Fact]
    public async Task A_job_whose_submission_was_never_answered_is_owed_where_it_has_a_key()
    {
        var store = new InMemoryJobStore();
        Job left = Specs.NewJob() with { Status = JobStatus.Created, RequestDigest = "digest-1" };
        await store.CommitAsync([new Core.Storage.StoreWrite.Insert(left, [])], TestContext.Current.CancellationToken);
        await using Harness harness = await Harness.StartAsync(store: store);
        await harness.UntilAsync(left.Id, seen => seen.Handle is not null, "it is submitted");
    }

    [Fact]
    public async Task A_submission_that_was_refused_although_it_was_stored_is_found_when_it_is_asked_for_again()
    {
        await using Harness harness = await Harness.StartAsync(options: new() { FirstOutcomeBound = TimeSpan.FromMilliseconds(300) });
        harness.Store.LosesAnswers = true;
        await Assert.ThrowsAsync<Core.Storage.JobStoreUnavailableException>(() => SubmitAsync(harness, Key));
        harness.Store.LosesAnswers = false;
        JobId id = default;
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    id = await SubmitAsync(harness, Key);
                    return true;
                }
                catch (Core.Storage.JobStoreUnavailableException)
                {
                    return false;
                }
            },
            "the store is found back");
        await harness.UntilAsync(id, seen => seen.Handle is not null, "it is submitted");
        Assert.Equal(1, harness.Manager.SubmitCalls);
    }

    [Theory]
    [InlineData("a", "bc", "ab", "c")]
    [InlineData("user", "1:x", "user1:", "x")]
    public void Two_users_never_share_a_job(string user, string key, string otherUser, string otherKey)
    {
        Assert.NotEqual(JobId.FromKey(user, Spec.WorkflowUuid, key), JobId.FromKey(otherUser, Spec.WorkflowUuid, otherKey));
        Assert.Equal('5', JobId.FromKey(user, Spec.WorkflowUuid, key).ToString()[14]);
    }

    private static async Task<JobId> SubmitAsync(Harness harness, IdempotencyKey key) =>
        Assert.IsType<SubmitResult.Accepted>(await harness.Service.SubmitAsync(Spec, "tester", key)).Job.Id;
}
