using HTCondor.Net.Transports.Native;
using Microsoft.Extensions.Time.Testing;
using Scailfin.Testing;

namespace HTCondor.Net.Worker.Tests.Supervision;

public sealed class StartTests
{
    [Theory]
    [InlineData("no-start", "exit code 1")]
    [InlineData("no-start", "cannot read /etc/condor")]
    [InlineData("unusable", "outside the tested range")]
    [InlineData("future", "version 2 of the protocol")]
    public async Task A_worker_that_cannot_be_used_fails_the_call_and_says_why(string mode, string says)
    {
        await using var workers = new FakeWorkers(mode);
        HTCondorError error = await Calls.FailsAsync(workers.Transport.ChangeAsync());
        workers.Mode = "answer";
        await workers.Transport.LookAsync();

        Assert.Contains(says, error.Text, StringComparison.Ordinal);
        Assert.False(error.Ambiguous);
    }

    [Fact]
    public async Task A_worker_without_a_hello_is_given_up()
    {
        var time = new FakeTimeProvider();
        await using var workers = new FakeWorkers("no-hello", options => options with { StartTimeout = TimeSpan.FromSeconds(1) }, time);
        Task look = workers.Transport.LookAsync();
        await Eventually.TrueAsync(() => workers.Starts.Count == 1, "a worker has started");
        time.Advance(TimeSpan.FromSeconds(1));
        HTCondorError error = await Calls.FailsAsync(look);
        Assert.Contains("no hello within 1 s", error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_an_error_with_its_name()
    {
        await using var workers = new FakeWorkers(
            "answer", options => options with { CommandPrefix = [], WorkerProgram = "/nowhere/htcondor-net-worker" });
        HTCondorError error = await Calls.FailsAsync(workers.Transport.LookAsync());
        Assert.Contains("/nowhere/htcondor-net-worker", error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_second_failure_in_a_row_the_next_start_waits_and_the_wait_is_bounded()
    {
        var time = new FakeTimeProvider();
        // Time goes on while a worker starts, as far as it takes: only the backoff may end by it.
        var patient = TimeSpan.FromDays(10);
        await using var workers = new FakeWorkers(
            "no-start",
            options =>
                options with { StartTimeout = patient, FirstBackoff = TimeSpan.FromSeconds(10), LongestBackoff = TimeSpan.FromSeconds(15) },
            time);
        await Calls.FailsAsync(workers.Transport.LookAsync(patient));
        await Calls.FailsAsync(workers.Transport.LookAsync(patient));
        for (int failures = 2; failures < 6; failures++)
        {
            Task<IReadOnlyList<ClassAds.ClassAd>> next = workers.Transport.LookAsync(patient);
            Assert.Equal(failures, workers.Starts.Count);
            // Until its timer is set, time that passes does not count for it.
            await Eventually.TrueAsync(
                () =>
                {
                    time.Advance(TimeSpan.FromSeconds(15));
                    return next.IsCompleted || workers.Starts.Count > failures;
                },
                "the next start");
            await Calls.FailsAsync(next);
            Assert.Equal(failures + 1, workers.Starts.Count);
        }
    }

    [Fact]
    public async Task A_probe_says_what_it_found_and_leaves_no_worker()
    {
        await using var good = new FakeWorkers("answer");
        await using var bad = new FakeWorkers("unusable");
        await using var none = new FakeWorkers("no-start");
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        NativeProbe usable = await NativeTransport.ProbeAsync(good.Options, TimeProvider.System, cancellationToken);
        NativeProbe unusable = await NativeTransport.ProbeAsync(bad.Options, TimeProvider.System, cancellationToken);
        NativeProbe dead = await NativeTransport.ProbeAsync(none.Options, TimeProvider.System, cancellationToken);

        Assert.True(usable.Usable);
        Assert.Equal("$CondorVersion: 23.9.6 $", usable.CondorVersion);
        Assert.False(Directory.Exists($"/proc/{good.Starts[0]}"));
        Assert.False(unusable.Usable);
        Assert.Equal("HTCondor 99.1 is outside the tested range, 23.9 to 25.14.", Assert.Single(unusable.Problems));
        Assert.False(dead.Usable);
        Assert.Contains("cannot read /etc/condor", Assert.Single(dead.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_gets_a_few_variables_and_what_it_is_given()
    {
        Environment.SetEnvironmentVariable("SOMEBODYS_PASSWORD", "secret");
        await using var workers = new FakeWorkers("answer");
        await workers.Transport.LookAsync();

        Assert.Contains(workers.Environment, line => line.StartsWith("PATH=", StringComparison.Ordinal));
        Assert.Contains(workers.Environment, line => line.StartsWith("FAKE_FOLDER=", StringComparison.Ordinal));
        Assert.DoesNotContain(workers.Environment, line => line.Contains("PASSWORD", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, 1, "Workers is 0")]
    [InlineData(65, 1, "Workers is 65")]
    [InlineData(1, 0, "LongestQueue is 0")]
    public void Options_out_of_their_range_are_named(int workers, int queue, string says)
    {
        var options = new NativeTransportOptions { WorkerProgram = "w", Workers = workers, LongestQueue = queue };
        Assert.Contains(says, Assert.Throws<ArgumentException>(options.Validate).Message, StringComparison.Ordinal);
    }
}
