using Microsoft.Extensions.Time.Testing;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Lifecycle;
using Scailfin.Testing;

namespace Scailfin.Core.Tests.Lifecycle;

/// <summary>Attempts that come together go together, and no faster than the manager allows.</summary>
public sealed class SubmissionQueueTests
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_attempt_that_comes_alone_goes_at_once_and_those_that_come_meanwhile_go_together()
    {
        var manager = new BatchManager();
        var queue = new SubmissionQueue(manager, TimeProvider.System);
        Task<Submission> first = queue.SubmitAsync(NewAttempt(), Cancellation);
        List<Task<Submission>> others = [.. Enumerable.Range(0, 100).Select(_ => queue.SubmitAsync(NewAttempt(), Cancellation))];
        Assert.Equal([1], manager.Batches);
        manager.Answer();
        await first;
        await Eventually.TrueAsync(() => manager.Batches.Count == 2, "the others are handed over");
        manager.Answer();
        await Task.WhenAll(others);
        Assert.Equal([1, 100], manager.Batches);
    }

    [Fact]
    public async Task Each_attempt_of_a_batch_gets_its_own_answer()
    {
        var manager = new BatchManager();
        var queue = new SubmissionQueue(manager, TimeProvider.System);
        _ = queue.SubmitAsync(NewAttempt(), Cancellation);
        List<Attempt> attempts = [.. Enumerable.Range(0, 5).Select(_ => NewAttempt())];
        List<Task<Submission>> outcomes = [.. attempts.Select(attempt => queue.SubmitAsync(attempt, Cancellation))];
        manager.Answer();
        await Eventually.TrueAsync(() => manager.Batches.Count == 2, "the others are handed over");
        manager.Answer();
        Submission[] all = await Task.WhenAll(outcomes);
        Assert.Equal(attempts.Select(attempt => attempt.Identity), all.Select(outcome => Assert.IsType<Submission.Accepted>(outcome).Handle.Id));
    }

    [Fact]
    public async Task A_batch_that_fails_fails_all_of_it_and_nothing_after_it()
    {
        var manager = new BatchManager();
        var queue = new SubmissionQueue(manager, TimeProvider.System);
        Task<Submission> first = queue.SubmitAsync(NewAttempt(), Cancellation);
        Task<Submission> second = queue.SubmitAsync(NewAttempt(), Cancellation);
        manager.Fail(new JobManagerUnavailableException("it is away"));
        await Assert.ThrowsAsync<JobManagerUnavailableException>(() => first);
        await Eventually.TrueAsync(() => manager.Batches.Count == 2, "the second is handed over");
        manager.Answer();
        Assert.IsType<Submission.Accepted>(await second);
    }

    [Fact]
    public async Task A_manager_that_answers_too_few_leaves_nobody_waiting()
    {
        var manager = new BatchManager { Forgets = true };
        var queue = new SubmissionQueue(manager, TimeProvider.System);
        Task<Submission> only = queue.SubmitAsync(NewAttempt(), Cancellation);
        manager.Answer();
        await Assert.ThrowsAsync<InvalidOperationException>(() => only);
    }

    [Fact]
    public async Task The_next_attempt_waits_until_the_rate_allows_it()
    {
        var time = new FakeTimeProvider();
        var manager = new ScriptedJobManager(time);
        manager.Traits = manager.Traits with { SubmitsPerSecond = 2 };
        var queue = new SubmissionQueue(manager, time);
        await queue.SubmitAsync(NewAttempt(), Cancellation);
        Task<Submission> second = queue.SubmitAsync(NewAttempt(), Cancellation);
        time.Advance(TimeSpan.FromMilliseconds(499));
        Assert.False(second.IsCompleted);
        Assert.Equal(1, manager.SubmitCalls);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await second;
        Assert.Equal(2, manager.SubmitCalls);
    }

    private static Attempt NewAttempt() => Specs.NewAttempt(Specs.Valid());

    /// <summary>Takes several attempts at once, and answers when it is told to.</summary>
    private sealed class BatchManager : IJobManager, ISubmitsInBatches
    {
        private readonly ScriptedJobManager _inner = new();
        private TaskCompletionSource _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<int> Batches { get; } = [];

        public bool Forgets { get; init; }

        public JobManagerTraits Traits => _inner.Traits;

        public void Answer() => Interlocked.Exchange(ref _answer, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();

        public void Fail(Exception exception) =>
            Interlocked.Exchange(ref _answer, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetException(exception);

        public async Task<IReadOnlyList<Submission>> SubmitAsync(IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken)
        {
            Task answer = _answer.Task;
            Batches.Add(attempts.Count);
            await answer;
            return Forgets ? [] : [.. attempts.Select(attempt => new Submission.Accepted(new BackendHandle(attempt.Identity)))];
        }

        public IReadOnlyList<SpecProblem> Validate(JobSpec spec) => _inner.Validate(spec);

        public Task<Submission> SubmitAsync(Attempt attempt, CancellationToken cancellationToken) => _inner.SubmitAsync(attempt, cancellationToken);

        public Task<IReadOnlyList<Finding>> FindAsync(IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken) => _inner.FindAsync(attempts, cancellationToken);

        public Task<IReadOnlyList<Observation>> ObserveAsync(IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken) => _inner.ObserveAsync(attempts, cancellationToken);

        public Task StopAsync(Attempt attempt, CancellationToken cancellationToken) => _inner.StopAsync(attempt, cancellationToken);

        public Task<Collected> CollectAsync(Attempt attempt, CancellationToken cancellationToken) => _inner.CollectAsync(attempt, cancellationToken);

        public Task ReleaseAsync(Attempt attempt, CancellationToken cancellationToken) => _inner.ReleaseAsync(attempt, cancellationToken);
    }
}
