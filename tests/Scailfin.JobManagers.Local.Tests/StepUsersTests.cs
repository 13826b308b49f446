using System.Globalization;
using Scailfin.Core.Accounts;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Processes;
using Scailfin.JobWrapper;
using Scailfin.Testing;

namespace Scailfin.JobManagers.Local.Tests;

/// <summary>As whom root's service runs steps (design, section 8).</summary>
public sealed class StepUsersTests : IDisposable
{
    private readonly LocalBench _bench = new();

    public StepUsersTests() => Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root runs steps as somebody else");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Each_user_keeps_an_id_of_its_own_which_is_nobodys_login()
    {
        StepUser ada = Of("ada"), bob = Of("bob");
        Assert.NotEqual(ada.User, bob.User);
        Assert.Equal((ada, bob), (Of("ada"), Of("bob")));
        Assert.Null(Login.NameOf(ada.User));
        Assert.True(ada.User > 1000, $"{ada}");
    }

    [Fact]
    public void An_entry_in_accounts_is_the_users_login_with_its_groups()
    {
        _bench.Accounts = new UserAccounts(new Dictionary<string, string> { ["ada"] = "nobody" });
        Login nobody = Login.Find("nobody")!;
        Assert.Equal(new StepUser(nobody.User, nobody.Group, "nobody"), Of("ada"));
        Assert.Equal("", Of("bob").Login);
    }

    [Fact]
    public async Task A_job_whose_login_the_machine_does_not_know_waits_and_says_for_whom()
    {
        _bench.Accounts = new UserAccounts(new Dictionary<string, string> { ["ada"] = "no-such-login" });
        Attempt attempt = Specs.NewAttempt(_bench.Spec("true")) with { Owner = "ada" };
        var waits = Assert.IsType<Submission.Deferred>(await _bench.NewManager().SubmitAsync(attempt, Cancellation));
        Assert.Equal(DeferralScope.Attempt, waits.Scope);
        Assert.Contains("user 'ada' is 'no-such-login', which this machine does not know", waits.Reason, StringComparison.Ordinal);

        // The directory server that knows it is back.
        _bench.Accounts = new UserAccounts(new Dictionary<string, string> { ["ada"] = "nobody" });
        Assert.IsType<Submission.Accepted>(await _bench.NewManager().SubmitAsync(attempt, Cancellation));
        await _bench.EndAsync(attempt);
    }

    [Fact]
    public async Task A_workspace_of_another_user_is_refused_with_both_names_and_stays_as_it_is()
    {
        await SubmitAsync("ada");
        uint owner = await OwnerAsync();
        Assert.Equal(Of("ada").User, owner);
        Assert.Contains(
            $"belongs to user (id {owner}), but the steps of user 'bob' run as user (id {Of("bob").User})",
            await RefusalAsync("bob"),
            StringComparison.Ordinal);
        Assert.Equal(owner, await OwnerAsync());
    }

    [Fact]
    public async Task A_workspace_of_a_login_is_refused_to_a_user_whose_login_it_is_not()
    {
        Login nobody = Login.Find("nobody")!;
        await _bench.RunAsync(_bench.Spec($"chown {nobody.User} ."));
        Assert.Contains($"belongs to nobody (id {nobody.User})", await RefusalAsync("ada"), StringComparison.Ordinal);
        _bench.Accounts = new UserAccounts(new Dictionary<string, string> { ["ada"] = "nobody" });
        await SubmitAsync("ada");
    }

    [Fact]
    public async Task Without_a_container_a_step_runs_as_the_users_login()
    {
        _bench.Accounts = new UserAccounts(new Dictionary<string, string> { ["ada"] = "nobody" });
        Attempt attempt = await SubmitAsync("ada", "id -un; echo $USER");
        await _bench.EndAsync(attempt);
        Assert.Equal("nobody\nnobody\n", await _bench.LogsAsync(attempt));
    }

    private StepUser Of(string owner)
    {
        StepUser? user = _bench.StepUsers.Of(owner, out string problem);
        Assert.Equal("", problem);
        return user!;
    }

    private async Task<Attempt> SubmitAsync(string owner, string command = "true")
    {
        Attempt attempt = Specs.NewAttempt(_bench.Spec(command)) with { Owner = owner };
        var accepted = Assert.IsType<Submission.Accepted>(await _bench.NewManager().SubmitAsync(attempt, Cancellation));
        return attempt with { Handle = accepted.Handle };
    }

    private async Task<string> RefusalAsync(string owner)
    {
        Attempt attempt = Specs.NewAttempt(_bench.Spec("true")) with { Owner = owner };
        return Assert.IsType<Submission.Rejected>(await _bench.NewManager().SubmitAsync(attempt, Cancellation)).Reason;
    }

    private async Task<uint> OwnerAsync()
    {
        CommandResult result = await new Command("stat", ["-c", "%u", _bench.Workspace], TimeSpan.FromMinutes(1))
            .RunAsync(TimeProvider.System, Cancellation);
        return uint.Parse(result.Output, CultureInfo.InvariantCulture);
    }
}
