using Microsoft.Extensions.Logging.Abstractions;
using Scailfin.Core.Accounts;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Batch.Accounts;
using Scailfin.JobManagers.HTCondor.Options;
using Scailfin.JobManagers.HTCondor.Requests;
using Scailfin.Testing;

namespace Scailfin.JobManagers.HTCondor.Tests;

public sealed class ValidateTests
{
    [Theory]
    [InlineData("htcondor_request_cpus", "0")]
    [InlineData("htcondor_request_cpus", "two")]
    [InlineData("htcondor_request_memory", "1.5 GB")]
    [InlineData("htcondor_request_memory", "2000000000 TB")]
    [InlineData("htcondor_request_disk", "-1")]
    [InlineData("htcondor_max_runtime", "soon")]
    [InlineData("htcondor_max_runtime", "0")]
    [InlineData("htcondor_accounting_group", "a,b")]
    public void A_field_that_HTCondor_would_misread_is_refused_with_its_value(string field, string value)
    {
        SpecProblem problem = Assert.Single(Validate(field, value));
        Assert.Equal(field, problem.Field);
        Assert.Contains($"'{value}'", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("true) || (true")]
    [InlineData("true; Owner = \"root\"")]
    [InlineData("true ]")]
    [InlineData("Memory > ")]
    [InlineData("true\nqueue 100")]
    [InlineData("no_such_function(1)")]
    public void Requirements_that_are_not_exactly_one_expression_are_refused(string text)
    {
        SpecProblem problem = Assert.Single(Validate("htcondor_requirements", text));
        Assert.StartsWith("htcondor_requirements is not a valid ClassAd expression: ", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2 GB", 20, 2048)]
    [InlineData("2048", 20, 2048)]
    [InlineData("1 KB", 20, 1)]
    [InlineData("1k", 10, 1)]
    [InlineData("3T", 10, 3L << 30)]
    public void Amounts_are_binary_and_rounded_up(string text, int unit, long expected)
    {
        Assert.True(Quantity.TryParse(text, unit, out long bytes));
        Assert.Equal(expected, Quantity.In(unit, bytes));
    }

    [Fact]
    public void A_group_that_the_site_does_not_allow_is_forbidden() =>
        Assert.True(
            Assert.Single(Validate("htcondor_accounting_group", "theirs", new HTCondorOptions { AccountingGroups = ["ours"] })).Forbidden);

    [Fact]
    public void A_flavour_of_the_site_is_a_run_time_and_any_other_text_what_the_site_says()
    {
        var options = new HTCondorOptions
        {
            Flavours = new Dictionary<string, TimeSpan> { ["espresso"] = TimeSpan.FromMinutes(20) },
            MaxRuntimeOtherwise = TimeSpan.FromHours(1),
        };
        Assert.Equal((TimeSpan.FromMinutes(20), "espresso"), Runtime("espresso"));
        Assert.Equal((TimeSpan.FromSeconds(90), null), Runtime("90"));
        Assert.Equal((TimeSpan.FromHours(1), null), Runtime("ristretto"));

        (TimeSpan?, string?) Runtime(string text)
        {
            StepRequest request = StepRequest.Read(With("htcondor_max_runtime", text), options, []);
            return (request.MaxRuntime, request.Flavour);
        }
    }

    [Theory]
    [InlineData("alice", "alice")]
    [InlineData("bob@example.org", "bob")]
    [InlineData("root", null)]
    [InlineData("", null)]
    [InlineData("alice bob", null)]
    [InlineData("-u", null)]
    public void An_owner_is_the_login_of_the_accounts_or_of_the_own_name_where_these_say_so_and_never_root(string owner, string? login)
    {
        var accounts = new Dictionary<string, string> { ["bob@example.org"] = "bob", [UserAccounts.Everyone] = UserAccounts.SameName };
        var options = new HTCondorOptions { User = Account.OwnerMark, Accounts = new UserAccounts(accounts) };
        Assert.Equal(login, Account.Of(Specs.NewAttempt(Specs.Valid()) with { Owner = owner }, options)?.Login);
    }

    [Fact]
    public void Without_an_entry_roots_service_submits_for_nobody_and_a_users_service_for_the_owners_own_name()
    {
        var options = new HTCondorOptions { User = Account.OwnerMark };
        Attempt attempt = Specs.NewAttempt(Specs.Valid()) with { Owner = "alice" };
        Assert.Equal(Environment.IsPrivilegedProcess ? null : "alice", Account.Of(attempt, options)?.Login);
    }

    private static JobSpec With(string field, string value)
    {
        var fields = new BackendFields { { field, value } };
        return Specs.Valid() with { BackendFields = fields };
    }

    private static IReadOnlyList<SpecProblem> Validate(string field, string value, HTCondorOptions? options = null)
    {
        options ??= new HTCondorOptions();
        using var manager = new HTCondorJobManager("htcondor", options, new NoTransports(), TimeProvider.System, NullLogger.Instance);
        return manager.Validate(With(field, value));
    }
}
