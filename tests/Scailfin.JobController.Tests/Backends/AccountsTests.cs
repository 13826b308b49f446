using Scailfin.Core.Accounts;
using Scailfin.JobController.Backends;
using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Tests.Backends;

/// <summary><c>accounts</c> of the backends file.</summary>
public sealed class AccountsTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void A_user_is_the_login_that_the_file_names()
    {
        UserAccounts accounts = Read("accounts:\n  ada@example.org: ada\n  bob: robert\n");
        Assert.Equal(
            ["ada", "robert", null, null], new[] { "ada@example.org", "bob", "ada", "eve" }.Select(accounts.LoginOf));
    }

    [Fact]
    public void An_entry_for_everyone_takes_users_for_the_logins_of_their_names_but_never_for_root()
    {
        UserAccounts accounts = Read("accounts:\n  \"*\": \"{user}\"\n  bob: robert\n");
        Assert.Equal(["ada", "robert", null, null], new[] { "ada", "bob", "root", "Ada Lovelace" }.Select(accounts.LoginOf));
    }

    [Fact]
    public void A_file_without_accounts_makes_nobody_a_login() => Assert.Null(Read("").LoginOf("ada"));

    [Theory]
    [InlineData("accounts:\n  ada: root\n", "line 5: accounts names the login 'root', but it must be a login name other than root")]
    [InlineData("accounts:\n  ada: -u\n", "line 5: accounts names the login '-u', but")]
    [InlineData("accounts:\n  a/b: ada\n", "line 5: accounts names 'a/b', but a user's name is '*' or 1 to 64 letters")]
    [InlineData("accounts: ada\n", "line 4: accounts must be a mapping")]
    [InlineData("accounts:\n  ada: [a, b]\n", "line 5: a login name must be one value")]
    public void An_entry_that_breaks_its_rule_is_refused_with_line_value_and_rule(string text, string problem) =>
        Assert.Contains(problem, Assert.Throws<SettingsException>(() => Read(text)).Problems.Single(), StringComparison.Ordinal);

    [Fact]
    public void An_unknown_key_beside_backends_is_refused_with_its_name()
    {
        Write("acounts:\n  ada: ada\n");
        Assert.Contains(
            "line 4: 'acounts' is not known; there are backends and accounts",
            Assert.Throws<SettingsException>(() => BackendsFile.Read(_file)).Problems.Single(),
            StringComparison.Ordinal);
    }

    private UserAccounts Read(string text)
    {
        Write(text);
        return BackendsFile.ReadAccounts(_file);
    }

    private void Write(string text) => File.WriteAllText(_file, $"backends:\n  local:\n    kind: local\n{text}");
}
