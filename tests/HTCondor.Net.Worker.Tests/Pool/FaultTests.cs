using HTCondor.Net.Jobs;
using HTCondor.Net.Schedds;
using HTCondor.Net.Transports.Native;
using HTCondor.Net.Worker.Tests.Supervision;
using Scailfin.Testing;
using Scailfin.Testing.Containers;

namespace HTCondor.Net.Worker.Tests.Pool;

/// <summary>Whatever breaks, the caller has a typed error within the deadline, and once it is mended, the next call succeeds.</summary>
public abstract class FaultTests(WorkerSite site)
{
    private static readonly JobDescription Held = PoolCalls.Sleep(0) with { Hold = true };

    [Fact]
    public async Task The_librarys_last_words_are_in_the_error()
    {
        // A worker reads its user's own configuration; HTCondor gives up at a value that it does not know.
        const string folder = "/home/alice/.condor";
        await using NativeTransport transport = await site.TransportAsync();
        (await site.Container.ExecAsync("alice", "mkdir", "-p", folder)).OutputOfSuccess();
        (await site.Container.ExecAsync("alice", ["tee", $"{folder}/user_config"], "SEC_CLIENT_AUTHENTICATION = BANANA\n"))
            .OutputOfSuccess();
        HTCondorError error = await Calls.FailsAsync(transport.SubmitAsync(Held));
        (await site.Container.ExecAsync("alice", "rm", $"{folder}/user_config")).OutputOfSuccess();

        Assert.Equal("EXCEPT", error.Subsystem);
        Assert.Contains("BANANA", error.Text, StringComparison.Ordinal);
        Assert.False(error.Ambiguous);
        Assert.True((await transport.SubmitAsync(Held)).Cluster > 0);
    }

    [Fact]
    public async Task A_worker_that_crashes_fails_its_call_and_the_next_one_succeeds()
    {
        await using NativeTransport transport = await site.TransportAsync();
        int cluster = (await transport.SubmitAsync(Held)).Cluster;
        string worker = await site.WorkerAsync();
        await site.Container.FreezeAsync("schedd");
        Task<SubmitResult> call = transport.SubmitAsync(Held, 60);
        // The runtime's own handler takes the first one: a real fault would come again at once.
        await site.SignalAsync(worker, "SEGV");
        await site.SignalAsync(worker, "SEGV");
        HTCondorError error = await Calls.FailsAsync(call);
        await site.Container.ThawAsync("schedd");

        Assert.Equal("WORKER", error.Subsystem);
        Assert.Equal(139, error.Code);
        Assert.False(error.Ambiguous);
        Assert.Single(await transport.QueryAsync(cluster));
        Assert.NotEqual(worker, await site.WorkerAsync());
    }

    [Fact]
    public async Task A_worker_that_stands_still_is_killed_inside_its_container()
    {
        await using NativeTransport transport = await site.TransportAsync();
        int cluster = (await transport.SubmitAsync(Held)).Cluster;
        string worker = await site.WorkerAsync();
        await site.SignalAsync(worker, "STOP");
        HTCondorError error = await Calls.FailsAsync(transport.SubmitAsync(Held, 3));

        Assert.Contains("no answer within 3 s", error.Text, StringComparison.Ordinal);
        Assert.False(error.Ambiguous);
        Assert.Single(await transport.QueryAsync(cluster));
        Assert.NotEqual(worker, await site.WorkerAsync());
    }

    [Fact]
    public async Task After_the_schedds_restart_the_first_call_succeeds()
    {
        await using NativeTransport transport = await site.TransportAsync();
        int cluster = (await transport.SubmitAsync(Held)).Cluster;
        string worker = await site.WorkerAsync();
        await site.Container.RestartDaemonAsync("schedd", DaemonEnd.Kill);

        Assert.Single(await transport.QueryAsync(cluster));
        await site.Container.RestartDaemonAsync("schedd", DaemonEnd.Fast);
        Assert.True((await transport.SubmitAsync(Held)).Cluster > cluster);
        await site.Container.RestartDaemonAsync("schedd", DaemonEnd.Kill);
        JobActionResult removed = Assert.Single(await transport.ActAsync(JobAction.Remove, JobSelection.Of(new JobKey(cluster, 0))));
        Assert.Equal(JobActionOutcome.Done, removed.Outcome);
        Assert.Equal(worker, await site.WorkerAsync());
    }

    [Fact]
    public async Task A_schedd_that_is_not_there_is_a_transient_error()
    {
        await using NativeTransport transport = await site.TransportAsync();
        await transport.SubmitAsync(Held);
        await site.Container.StopPoolAsync();
        HTCondorError query = await Calls.FailsAsync(transport.QueryAsync(1));
        HTCondorError submit = await Calls.FailsAsync(transport.SubmitAsync(Held));
        await site.Container.StartPoolAsync();

        Assert.All([query, submit], error => Assert.True(error is { Retryable: true, Ambiguous: false }, $"{error}"));
        Assert.True((await transport.SubmitWhenRecoveredAsync()).Cluster > 0);
    }

    [Fact]
    public async Task A_schedd_that_stands_still_costs_the_deadline_and_no_more()
    {
        await using NativeTransport transport = await site.TransportAsync();
        int cluster = (await transport.SubmitAsync(Held)).Cluster;
        await site.Container.FreezeAsync("schedd");
        HTCondorError query = await Calls.FailsAsync(transport.QueryAsync(cluster, 3));
        HTCondorError submit = await Calls.FailsAsync(transport.SubmitAsync(Held, 3));
        // The worker of the call before may have been killed: a new one must have started by this deadline.
        HTCondorError act = await Calls.FailsAsync(transport.ActAsync(JobAction.Hold, JobSelection.Of(new JobKey(cluster, 0)), 15));
        await site.Container.ThawAsync("schedd");

        Assert.True(query is { Retryable: true, Ambiguous: false }, $"{query}");
        Assert.True(submit is { Retryable: true, Ambiguous: false }, $"{submit}");
        Assert.True(act is { Retryable: false, Ambiguous: true }, $"{act}");
        await transport.SubmitWhenRecoveredAsync();
        Assert.Single(await transport.QueryAsync(cluster));
    }

    [Fact]
    public async Task A_wrong_token_is_refused_and_a_right_one_in_its_place_is_taken()
    {
        string folder = await site.Container.MakeFolderAsync("alice");
        await using NativeTransport transport = await site.TransportAsync(
            "alice", "env", $"_CONDOR_SEC_TOKEN_DIRECTORY={folder}", "_CONDOR_SEC_CLIENT_AUTHENTICATION_METHODS=IDTOKENS");
        const string wrong = "eyJhbGciOiJIUzI1NiIsImtpZCI6IlBPT0wifQ"
            + ".eyJpYXQiOjE3MDAwMDAwMDAsImlzcyI6InBvb2wudGVzdCIsImp0aSI6IjAxIiwic3ViIjoiYWxpY2VAcG9vbC50ZXN0In0"
            + ".AAAA\n";
        (await site.Container.ExecAsync("alice", ["tee", $"{folder}/token"], wrong)).OutputOfSuccess();
        (await site.Container.ExecAsync("alice", "chmod", "600", $"{folder}/token")).OutputOfSuccess();
        HTCondorError error = await Calls.FailsAsync(transport.SubmitAsync(Held));
        string token = (await site.Container.ExecAsync("root", "condor_token_create", "-identity", "alice@pool.test")).OutputOfSuccess();
        (await site.Container.ExecAsync("alice", ["tee", $"{folder}/token"], token)).OutputOfSuccess();
        int cluster = (await transport.SubmitAsync(Held)).Cluster;

        Assert.False(error.Ambiguous);
        Assert.False(error.Retryable, $"{error}");
        Assert.DoesNotContain("AAAA", error.Text, StringComparison.Ordinal);
        Assert.Equal("alice", Assert.Single(await transport.QueryAsync(cluster))["Owner"]!.AsText());
    }

    [Fact]
    public async Task A_full_disk_under_the_queue_is_an_error_and_nothing_that_was_answered_is_lost()
    {
        await using NativeTransport transport = await site.TransportAsync();
        int before = (await transport.SubmitAsync(Held)).Cluster;
        await site.Container.FillSpoolAsync();
        HTCondorError? error = null;
        for (int tries = 0; tries < 50 && error is null; tries++)
        {
            // The log has room to the end of its last block.
            error = await Record.ExceptionAsync(() => transport.SubmitAsync(Held)) is HTCondorException failure ? failure.Error : null;
        }

        await site.Container.EmptySpoolAsync();
        Assert.NotNull(error);
        int after = (await transport.SubmitWhenRecoveredAsync()).Cluster;
        Assert.True(after > before);
        Assert.Single(await transport.QueryAsync(before));
    }

    [Fact]
    public async Task A_worker_ends_with_its_input_even_while_the_library_hangs()
    {
        NativeTransport transport = await site.TransportAsync();
        await transport.SubmitAsync(Held);
        await site.Container.FreezeAsync("schedd");
        Task<SubmitResult> call = transport.SubmitAsync(Held, 60);
        await transport.DisposeAsync();
        await Calls.FailsAsync(call);

        await Eventually.TrueAsync(async () => await site.WorkersAsync() is [], "the worker ends");
        await site.Container.ThawAsync("schedd");
    }
}

public sealed class StableFaultTests(StableSite site) : FaultTests(site), IClassFixture<StableSite>;

public sealed class NewestFaultTests(NewestSite site) : FaultTests(site), IClassFixture<NewestSite>;
