using HTCondor.Net.ClassAds;
using Microsoft.Extensions.Time.Testing;

namespace HTCondor.Net.Worker.Tests.Supervision;

/// <summary>Whatever a worker does, the caller gets a typed error, and the next call a worker that works.</summary>
public sealed class BadWorkerTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData("hang", "no answer within 1 s")]
    [InlineData("crash", "signal 11")]
    [InlineData("exit", "exit code 3")]
    [InlineData("garbage", "not understood")]
    [InlineData("wrong-id", "a reply to request 999")]
    [InlineData("nothing", "neither a result nor an error")]
    [InlineData("bad-ad", "not an ad")]
    [InlineData("half", "exit code 0")]
    public async Task A_look_that_fails_can_be_tried_again_and_the_next_one_gets_a_fresh_worker(string mode, string says)
    {
        var time = new FakeTimeProvider();
        await using var workers = new FakeWorkers(mode, time: time);
        Task look = workers.Transport.LookAsync(Short);
        if (mode == "hang")
            await PassAsync(time, workers, requests: 1);
        HTCondorError error = await Calls.FailsAsync(look);
        workers.Mode = "answer";
        IReadOnlyList<ClassAd> ads = await workers.Transport.LookAsync();

        Assert.Equal("WORKER", error.Subsystem);
        Assert.Contains(says, error.Text, StringComparison.Ordinal);
        Assert.True(error.Retryable);
        Assert.False(error.Ambiguous);
        Assert.Equal(7, Assert.Single(ads)["ClusterId"]!.AsInteger());
        Assert.Equal(2, workers.Starts.Count);
    }

    [Theory]
    [InlineData("change-hang", "WORKER", "no answer within 1 s")]
    [InlineData("change-crash", "WORKER", "signal 11")]
    [InlineData("change-except", "EXCEPT", "Assertion failed (qmgmt.cpp:12)")]
    public async Task A_change_that_was_let_through_is_ambiguous(string mode, string subsystem, string says)
    {
        var time = new FakeTimeProvider();
        await using var workers = new FakeWorkers(mode, time: time);
        Task change = workers.Transport.ChangeAsync(Short);
        if (mode == "change-hang")
            await PassAsync(time, workers, requests: 2);
        HTCondorError error = await Calls.FailsAsync(change);
        workers.Mode = "change";

        Assert.Equal(7, (await workers.Transport.ChangeAsync()).Cluster);
        Assert.Equal(subsystem, error.Subsystem);
        Assert.Contains(says, error.Text, StringComparison.Ordinal);
        Assert.True(error.Ambiguous);
        Assert.False(error.Retryable);
    }

    [Theory]
    [InlineData("hang")]
    [InlineData("crash")]
    [InlineData("garbage")]
    public async Task A_change_that_was_never_let_through_is_not_ambiguous(string mode)
    {
        var time = new FakeTimeProvider();
        await using var workers = new FakeWorkers(mode, time: time);
        Task change = workers.Transport.ChangeAsync(Short);
        if (mode == "hang")
            await PassAsync(time, workers, requests: 1);
        HTCondorError error = await Calls.FailsAsync(change);

        Assert.False(error.Ambiguous);
        Assert.True(error.Retryable);
    }

    [Fact]
    public async Task The_last_line_that_a_dead_worker_wrote_is_in_the_error()
    {
        await using var workers = new FakeWorkers("crash");
        HTCondorError error = await Calls.FailsAsync(workers.Transport.LookAsync());
        Assert.EndsWith("Its last output: last words", error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task However_much_a_worker_says_on_standard_error_its_last_line_is_kept()
    {
        await using var workers = new FakeWorkers("loud");
        HTCondorError error = await Calls.FailsAsync(workers.Transport.LookAsync());
        Assert.EndsWith("Its last output: the end", error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_of_ten_million_bytes_is_read()
    {
        await using var workers = new FakeWorkers("long");
        IReadOnlyList<ClassAd> ads = await workers.Transport.LookAsync();
        Assert.Equal(10_000_000, Assert.Single(ads)["Text"]!.AsText()!.Length);
    }

    [Fact]
    public async Task A_line_without_an_end_is_given_up()
    {
        await using var workers = new FakeWorkers("endless");
        HTCondorError error = await Calls.FailsAsync(workers.Transport.LookAsync());
        Assert.Contains("longer than", error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_of_the_schedds_leaves_the_worker_as_it_is()
    {
        await using var workers = new FakeWorkers("error");
        HTCondorError error = await Calls.FailsAsync(workers.Transport.LookAsync());
        workers.Mode = "answer";
        await workers.Transport.LookAsync();

        Assert.Equal(new HTCondorError("SECMAN", 2007, "no") { Retryable = true }, error);
        Assert.Single(workers.Starts);
    }

    [Fact]
    public async Task A_worker_that_died_idle_is_replaced_without_an_error()
    {
        await using var workers = new FakeWorkers("answer");
        await workers.Transport.LookAsync();
        using (var process = System.Diagnostics.Process.GetProcessById(workers.Starts[0]))
        {
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        // The runtime may hear of the end a moment later than we do.
        Task<IReadOnlyList<ClassAd>> next = workers.Transport.LookAsync();
        if (await Record.ExceptionAsync(() => next) is HTCondorException { Error.Retryable: true })
            await workers.Transport.LookAsync();
        Assert.Equal(2, workers.Starts.Count);
    }

    /// <summary>The deadline passes once a worker hangs, not before.</summary>
    private static async Task PassAsync(FakeTimeProvider time, FakeWorkers workers, int requests)
    {
        await workers.HaveReadAsync(requests);
        time.Advance(Short);
    }
}
