using HTCondor.Net.ClassAds;
using HTCondor.Net.Schedds;
using Microsoft.Extensions.Time.Testing;
using Scailfin.Testing;

namespace HTCondor.Net.Worker.Tests.Supervision;

/// <summary>Deadlines pass when a test says so, and not while a worker starts.</summary>
public sealed class QueueTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Calls_are_served_in_their_order()
    {
        await using var workers = new FakeWorkers("answer");
        Task<IReadOnlyList<ClassAd>>[] calls = [.. Enumerable.Range(0, 50).Select(_ => workers.Transport.LookAsync())];
        IReadOnlyList<ClassAd>[] answers = await Task.WhenAll(calls);
        Assert.Equal(Enumerable.Range(1, 50).Select(number => (long?)number), answers.Select(ads => ads[0]["Request"]!.AsInteger()));
        Assert.Single(workers.Starts);
    }

    [Fact]
    public async Task As_many_calls_run_at_once_as_there_are_workers()
    {
        await using var workers = new FakeWorkers("hang", options => options with { Workers = 3 }, _time);
        Task[] calls = [.. Enumerable.Range(0, 3).Select(_ => workers.Transport.LookAsync(Short))];
        await workers.HaveReadAsync(requests: 3);
        Assert.Equal(3, workers.Starts.Count);
        _time.Advance(Short);
        foreach (Task call in calls)
            await Calls.FailsAsync(call);
    }

    [Fact]
    public async Task A_full_queue_refuses_at_once()
    {
        await using var workers = new FakeWorkers("hang", options => options with { LongestQueue = 2 }, _time);
        Task first = workers.Transport.LookAsync(Short);
        await workers.HaveReadAsync(requests: 1);
        Task second = workers.Transport.LookAsync();
        Task third = workers.Transport.LookAsync();
        HTCondorError error = await Calls.FailsAsync(workers.Transport.LookAsync());

        Assert.Contains("2 calls are waiting already", error.Text, StringComparison.Ordinal);
        Assert.True(error.Retryable);
        workers.Mode = "answer";
        _time.Advance(Short);
        await Calls.FailsAsync(first);
        await Task.WhenAll(second, third);
    }

    [Fact]
    public async Task A_call_whose_deadline_passes_while_it_waits_is_never_sent()
    {
        await using var workers = new FakeWorkers("hang", time: _time);
        Task first = workers.Transport.LookAsync(2 * Short);
        await workers.HaveReadAsync(requests: 1);
        Task change = workers.Transport.ChangeAsync(Short);
        _time.Advance(Short);
        HTCondorError error = await Calls.FailsAsync(change);
        _time.Advance(Short);
        await Calls.FailsAsync(first);
        workers.Mode = "answer";
        await workers.Transport.LookAsync();

        Assert.Contains("no worker was free", error.Text, StringComparison.Ordinal);
        Assert.True(error.Retryable);
        Assert.Equal(2, workers.Requests.Count);
    }

    [Fact]
    public async Task A_change_that_is_cancelled_before_it_was_let_through_is_left()
    {
        await using var workers = new FakeWorkers("hang", time: _time);
        Task first = workers.Transport.LookAsync(Short);
        await workers.HaveReadAsync(requests: 1);
        using var cancelled = new CancellationTokenSource();
        Task<SubmitResult> change = workers.Transport.ChangeAsync(cancellationToken: cancelled.Token);
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => change);
        _time.Advance(Short);
        await Calls.FailsAsync(first);
        workers.Mode = "answer";
        await workers.Transport.LookAsync();
        Assert.DoesNotContain(workers.Requests, request => request.Contains("Submit", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Closing_ends_the_workers_and_what_waits()
    {
        var workers = new FakeWorkers("hang", time: _time);
        Task running = workers.Transport.LookAsync();
        await workers.HaveReadAsync(requests: 1);
        Task waiting = workers.Transport.LookAsync();
        int process = workers.Starts[0];
        await workers.Transport.DisposeAsync();

        await Calls.FailsAsync(running);
        Assert.Contains("closed", (await Calls.FailsAsync(waiting)).Text, StringComparison.Ordinal);
        Assert.False(Directory.Exists($"/proc/{process}"));
        Assert.Contains("closed", (await Calls.FailsAsync(workers.Transport.LookAsync())).Text, StringComparison.Ordinal);
        await workers.DisposeAsync();
    }

    [Fact]
    public async Task A_worker_behind_another_program_is_ended_from_inside_as_well()
    {
        await using var workers = new FakeWorkers("hang", time: _time);
        Task look = workers.Transport.LookAsync(Short);
        await workers.HaveReadAsync(requests: 1);
        _time.Advance(Short);
        await Calls.FailsAsync(look);
        await Eventually.TrueAsync(() => workers.Ended.Count == 1, "the end from inside");
        Assert.Equal($"{workers.Starts[0]}", workers.Ended[0]);
    }
}
