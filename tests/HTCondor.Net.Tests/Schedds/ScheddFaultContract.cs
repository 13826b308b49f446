using HTCondor.Net.Schedds;
using HTCondor.Net.Tests.ClassAds;
using HTCondor.Net.Tests.Jobs;
using Scailfin.Testing;
using Scailfin.Testing.Containers;

namespace HTCondor.Net.Tests.Schedds;

/// <summary>What every transport does when something goes wrong; on a pool of its own.</summary>
public abstract class ScheddFaultContract : IAsyncLifetime
{
    /// <summary>Only for calls that hang.</summary>
    private static readonly CallOptions Short = new() { Deadline = TimeSpan.FromSeconds(4) };
    private readonly HpcContainer _site = new();

    protected abstract IScheddTransport Open(IReadOnlyList<string> prefix);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    protected HpcContainer Site => _site;

    public virtual async ValueTask InitializeAsync() => await _site.StartPoolAsync();

    public async ValueTask DisposeAsync()
    {
        await _site.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_schedd_that_was_restarted_is_called_as_if_nothing_had_been()
    {
        await using Schedd schedd = OpenAs("alice");
        JobKey job = await schedd.SubmitAsync(TestJobs.Held, cancellationToken: Cancelled);
        foreach (DaemonEnd how in Enum.GetValues<DaemonEnd>())
        {
            await _site.RestartDaemonAsync("schedd", how);
            Assert.Equal(job, Assert.Single(await schedd.QueryAsync(new JobQuery(), cancellationToken: Cancelled)).Key);
            await schedd.SubmitAsync(TestJobs.Held with { Description = "another" }, cancellationToken: Cancelled);
            await schedd.RemoveAsync(JobSelection.Where(Constraints.Described("another")), "again", cancellationToken: Cancelled);
        }
    }

    [Fact]
    public async Task A_frozen_schedd_fails_every_call_at_its_deadline()
    {
        await using Schedd schedd = OpenAs("alice");
        JobKey job = await schedd.SubmitAsync(TestJobs.Held, cancellationToken: Cancelled);
        await _site.FreezeAsync("schedd");
        foreach (Func<Task> call in new Func<Task>[]
                 {
                     () => schedd.QueryAsync(new JobQuery(), Short, Cancelled),
                     () => schedd.SubmitAsync(TestJobs.Held, Short, Cancelled),
                     () => schedd.HoldAsync(JobSelection.Of(job), "x", Short, Cancelled),
                 })
            await Assert.ThrowsAsync<HTCondorException>(() => Eventually.EndAsync(call(), "the call's deadline ends it"));
        await _site.ThawAsync("schedd");
        await Eventually.TrueAsync(
            async () =>
                (await schedd.QueryAsync(new JobQuery { Constraint = Constraints.Is(job) }, cancellationToken: Cancelled)).Count == 1,
            "it answers again");
    }

    [Fact]
    public async Task A_pool_that_is_away_is_a_retryable_error_and_called_again_when_it_is_back()
    {
        await using Schedd schedd = OpenAs("alice");
        JobKey job = await schedd.SubmitAsync(TestJobs.Held, cancellationToken: Cancelled);
        await _site.StopPoolAsync();
        HTCondorError query =
            (await Assert.ThrowsAsync<HTCondorException>(() => schedd.QueryAsync(new JobQuery(), cancellationToken: Cancelled))).Error;
        Assert.True(query.Retryable, query.ToString());
        HTCondorError submit =
            (await Assert.ThrowsAsync<HTCondorException>(() => schedd.SubmitAsync(TestJobs.Held, cancellationToken: Cancelled))).Error;
        Assert.False(submit.Ambiguous, submit.ToString());
        Assert.True(submit.Retryable, submit.ToString());
        HTCondorError remove = (await Assert.ThrowsAsync<HTCondorException>(() => schedd.RemoveAsync(
            JobSelection.Of(job), "x", cancellationToken: Cancelled))).Error;
        Assert.True(remove.Retryable, remove.ToString());
        await _site.StartPoolAsync();
        Assert.Equal(job, Assert.Single(await schedd.QueryAsync(new JobQuery(), cancellationToken: Cancelled)).Key);
    }

    [Fact]
    public async Task A_token_is_an_identity_and_a_wrong_one_is_none()
    {
        const string Tokens = "/tmp/tokens-of-bob";
        (await _site.ExecAsync("root", "sh", "-c", $"""
            install -d -m 700 -o bob {Tokens} {Tokens}/good {Tokens}/bad
            condor_token_create -identity alice@pool.test > {Tokens}/good/alice
            sed 's/.....$/AAAAA/' {Tokens}/good/alice > {Tokens}/bad/alice
            chown -R bob {Tokens}; chmod 600 {Tokens}/*/alice
            """)).OutputOfSuccess();
        await using Schedd good = OpenAs(
            "bob", "_CONDOR_SEC_CLIENT_AUTHENTICATION_METHODS=IDTOKENS", $"_CONDOR_SEC_TOKEN_DIRECTORY={Tokens}/good");
        JobKey job = await good.SubmitAsync(TestJobs.Held, cancellationToken: Cancelled);
        Assert.Equal(
            "alice",
            Assert.Single(await good.QueryAsync(new JobQuery { Constraint = Constraints.Is(job) }, cancellationToken: Cancelled))
                .Text("Owner"));
        await using Schedd bad = OpenAs(
            "bob", "_CONDOR_SEC_CLIENT_AUTHENTICATION_METHODS=IDTOKENS", $"_CONDOR_SEC_TOKEN_DIRECTORY={Tokens}/bad");
        await NobodyAsync(bad);
    }

    [Fact]
    public async Task A_Kerberos_ticket_is_an_identity_and_none_is_none()
    {
        await KerberosRealm.SetUpAsync(_site);
        const string Method = "_CONDOR_SEC_CLIENT_AUTHENTICATION_METHODS=KERBEROS";
        (await _site.ExecAsync("bob", ["kinit", "-c", "FILE:/tmp/ticket-of-bob", "alice"], KerberosRealm.Password + "\n"))
            .OutputOfSuccess();
        await using Schedd good = OpenAs("bob", Method, "KRB5CCNAME=FILE:/tmp/ticket-of-bob");
        JobKey job = await good.SubmitAsync(TestJobs.Held, cancellationToken: Cancelled);
        Assert.Equal(
            "alice",
            Assert.Single(await good.QueryAsync(new JobQuery { Constraint = Constraints.Is(job) }, cancellationToken: Cancelled))
                .Text("Owner"));
        CommandResult wrong = await _site.ExecAsync("bob", ["kinit", "-c", "FILE:/tmp/no-ticket", "alice"], "wrong password\n");
        Assert.NotEqual(0, wrong.ExitCode);
        await using Schedd bad = OpenAs("bob", Method, "KRB5CCNAME=FILE:/tmp/no-ticket");
        await NobodyAsync(bad);
    }

    private static async Task NobodyAsync(Schedd schedd)
    {
        HTCondorError error =
            (await Assert.ThrowsAsync<HTCondorException>(() => schedd.SubmitAsync(TestJobs.Held, cancellationToken: Cancelled))).Error;
        Assert.False(error.Ambiguous, error.ToString());
        Assert.False(error.Retryable, error.ToString());
        Assert.Contains("AUTHENTICATE", error.ToString(), StringComparison.Ordinal);
    }

    private Schedd OpenAs(string user, params string[] variables)
    {
        string[] words = variables.Length == 0 ? [] : ["env", .. variables];
        return new Schedd(Open([.. _site.CommandPrefix(user), .. words]), ScheddLocation.Local);
    }
}
