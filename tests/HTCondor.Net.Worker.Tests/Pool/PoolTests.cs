using HTCondor.Net.ClassAds;
using HTCondor.Net.Schedds;
using HTCondor.Net.Transports.Native;
using HTCondor.Net.Worker.Tests.Supervision;
using Scailfin.Testing;
using Scailfin.Testing.Containers;

namespace HTCondor.Net.Worker.Tests.Pool;

/// <summary>What only the native transport does, or does in its own way; the rest is in the contract's tests.</summary>
public abstract class PoolTests(WorkerSite site, string version)
{
    [Fact]
    public async Task The_probe_finds_the_library_and_its_self_test_passes()
    {
        NativeProbe probe = await NativeTransport.ProbeAsync(
            await site.OptionsAsync("alice"), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.True(probe.Usable, string.Join(" ", probe.Problems));
        Assert.StartsWith($"$CondorVersion: {version}.", probe.CondorVersion, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Root_may_look_and_may_not_submit()
    {
        await using NativeTransport transport = await site.TransportAsync("root");
        HTCondorError error = await Calls.FailsAsync(transport.SubmitAsync(PoolCalls.Sleep(0)));
        await transport.QueryAsync(1);
        Assert.Contains("runs as root", error.Text, StringComparison.Ordinal);
        Assert.False(error.Retryable);
    }

    [Fact]
    public async Task Every_worker_is_its_own_user_and_cannot_touch_anothers_jobs()
    {
        await using NativeTransport alices = await site.TransportAsync("alice");
        await using NativeTransport bobs = await site.TransportAsync("bob");
        int cluster = (await alices.SubmitAsync(PoolCalls.Sleep(0) with { Hold = true })).Cluster;
        JobActionResult result = Assert.Single(await bobs.ActAsync(JobAction.Remove, JobSelection.Of(new JobKey(cluster, 0))));

        Assert.Equal(JobActionOutcome.PermissionDenied, result.Outcome);
        Assert.Equal("alice", Assert.Single(await bobs.QueryAsync(cluster))["Owner"]!.AsText());
    }

    [Theory]
    [InlineData(JobAction.Vacate)]
    [InlineData(JobAction.VacateFast)]
    public async Task A_running_job_is_vacated(JobAction action)
    {
        await using NativeTransport transport = await site.TransportAsync();
        int cluster = (await transport.SubmitAsync(PoolCalls.Sleep(600))).Cluster;
        await Eventually.TrueAsync(async () => (await transport.QueryAsync(cluster))[0]["JobStatus"]!.AsInteger() == 2, "the job runs");
        JobActionResult result = Assert.Single(await transport.ActAsync(action, JobSelection.Of(new JobKey(cluster, 0))));
        Assert.Equal(JobActionOutcome.Done, result.Outcome);
        await Eventually.TrueAsync(
            async () => (await transport.QueryAsync(cluster))[0] is var ad
                && (ad["NumJobStarts"]!.AsInteger() > 1 || ad["JobStatus"]!.AsInteger() == 1),
            "the job was taken from its slot");
        await transport.ActAsync(JobAction.Remove, JobSelection.Of(new JobKey(cluster, 0)));
    }

    [Fact]
    public async Task A_super_user_acts_on_behalf_of_a_user_and_an_ordinary_one_may_not()
    {
        await using NativeTransport alices = await site.TransportAsync("alice");
        await using NativeTransport bobs = await site.TransportAsync("bob");
        int own = (await alices.SubmitAsync(PoolCalls.Sleep(0) with { Hold = true })).Cluster;
        int bob = (await bobs.SubmitAsync(PoolCalls.Sleep(0) with { Hold = true })).Cluster;
        HTCondorError refused = await Calls.FailsAsync(bobs.SubmitAsync(PoolCalls.Sleep(0) with { Hold = true }, owner: "alice"));
        Assert.False(refused.Ambiguous);

        await site.Container.ConfigureCondorAsync(
            "QUEUE_SUPER_USERS = root, condor, bob, bob@pool.test\nQUEUE_SUPER_USER_MAY_IMPERSONATE = .*");
        int alice = 0;
        await Eventually.TrueAsync(
            async () =>
            {
                Exception? problem = await Record.ExceptionAsync(
                    async () => alice = (await bobs.SubmitAsync(PoolCalls.Sleep(0) with { Hold = true }, owner: "alice")).Cluster);
                return problem is null;
            },
            "the schedd reads its configuration");
        Assert.Equal("alice", Assert.Single(await bobs.QueryAsync(alice))["Owner"]!.AsText());
        JobKey[] all = [new(own, 0), new(alice, 0), new(bob, 0)];
        IReadOnlyList<JobActionResult> removed = await bobs.ActAsync(JobAction.Remove, JobSelection.Of(all), owner: "alice");
        await site.Container.ConfigureCondorAsync("");

        // In alice's name, bob's own job is not there.
        Assert.Equal(
            [JobActionOutcome.Done, JobActionOutcome.NotFound, JobActionOutcome.Done],
            removed.OrderBy(result => result.Job.Cluster).Select(result => result.Outcome));
    }

    [Fact]
    public async Task Text_that_would_be_a_second_attribute_never_becomes_one()
    {
        await using NativeTransport transport = await site.TransportAsync();
        foreach (string hostile in new[] { "\"; Owner = \"root", "]", "\\\"; JobStatus = 2; \"", "${x}", "\t\b\u007f", "ünïcødé €", "x\\" })
        {
            int cluster = (await transport.SubmitAsync(PoolCalls.Sleep(0) with { Hold = true, Description = hostile })).Cluster;
            ClassAd ad = Assert.Single(await transport.QueryAsync(cluster));
            Assert.Equal(hostile, ad["JobDescription"]!.AsText());
            Assert.Equal("alice", ad["Owner"]!.AsText());
            Assert.Equal(5, ad["JobStatus"]!.AsInteger());
        }
    }

    [Fact]
    public async Task A_thousand_mixed_calls_leave_memory_and_descriptors_as_they_were()
    {
        await using NativeTransport transport = await site.TransportAsync();
        await MixAsync(transport, 200);
        string worker = await site.WorkerAsync();
        (int descriptors, int kilobytes) before = await UseAsync(worker);
        await MixAsync(transport, 800);
        (int descriptors, int kilobytes) after = await UseAsync(worker);

        Assert.Equal(worker, await site.WorkerAsync());
        Assert.Equal(before.descriptors, after.descriptors);
        Assert.True(after.kilobytes < before.kilobytes + 8192, $"{before.kilobytes} kB before, {after.kilobytes} kB after");
    }

    private static async Task MixAsync(NativeTransport transport, int calls)
    {
        for (int call = 0; call < calls; call += 5)
        {
            int cluster = (await transport.SubmitAsync(PoolCalls.Sleep(0) with { Hold = true })).Cluster;
            JobSelection job = JobSelection.Of(new JobKey(cluster, 0));
            await transport.QueryAsync(cluster);
            await transport.EditAsync(
                ScheddLocation.Local,
                job,
                [new("Tag", ClassAdExpression.Of("x"))],
                CallOptions.Default,
                TestContext.Current.CancellationToken);
            await transport.ActAsync(JobAction.Remove, job);
            await Calls.FailsAsync(transport.QueryAsync(
                new ScheddLocation { Address = "<127.0.0.1:1>" },
                new JobQuery(),
                CallOptions.Default,
                TestContext.Current.CancellationToken));
        }
    }

    private async Task<(int Descriptors, int Kilobytes)> UseAsync(string process)
    {
        CommandResult result = await site.Container.ExecAsync(
            "root", "sh", "-c", $"ls /proc/{process}/fd | wc -l; awk '/VmRSS/ {{ print $2 }}' /proc/{process}/status");
        int[] numbers = [.. result.OutputOfSuccess().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
        return (numbers[0], numbers[1]);
    }
}

public sealed class StablePoolTests(StableSite site) : PoolTests(site, "23.9"), IClassFixture<StableSite>;

public sealed class NewestPoolTests(NewestSite site) : PoolTests(site, "25.14"), IClassFixture<NewestSite>;
