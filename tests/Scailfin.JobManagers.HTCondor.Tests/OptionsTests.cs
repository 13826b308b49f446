using HTCondor.Net.Schedds;
using Scailfin.Core.JobManagers;
using Scailfin.JobManagers.HTCondor.Options;

namespace Scailfin.JobManagers.HTCondor.Tests;

public sealed class OptionsTests
{
    [Fact]
    public void Without_options_everything_has_a_default()
    {
        HTCondorOptions options = Read([]);
        Assert.Equal(
            (2000, 10, StagingMode.Transfer, TransportChoice.Automatic),
            (options.InFlight, options.SubmitsPerSecond, options.Profile.Staging, options.Transport));
    }

    [Theory]
    [InlineData("requirements", "true) || (true", "a ClassAd expression")]
    [InlineData("user", "root", "a login name other than root")]
    [InlineData("user", "-x", "a login name other than root")]
    [InlineData("user", "../alice", "a login name other than root")]
    [InlineData("address", "<1.2.3.4:9618> -debug", "a schedd's address")]
    [InlineData("schedd", "-name", "the name of a schedd")]
    [InlineData("accounting_group", "a b", "letters, digits")]
    [InlineData("flavours", "a=0", "of the form NAME=SECONDS")]
    [InlineData("attributes", "A-B = 1", "of the form NAME = EXPRESSION")]
    [InlineData("attributes", "A = 1; B = 2", "of the form NAME = EXPRESSION")]
    [InlineData("attributes", "Requirements = true", "of a name other than Requirements")]
    [InlineData("attributes", "requestmemory = 1", "of a name other than requestmemory")]
    [InlineData("attributes", "Owner = \"root\"", "of a name other than Owner")]
    [InlineData("attributes", "ScailfinJobId = \"x\"", "of a name other than ScailfinJobId")]
    [InlineData("attributes", "JobMaxVacateTime = 1", "of a name other than JobMaxVacateTime")]
    [InlineData("kerberos_keytab", "/etc/keytab", "set together with kerberos_principal")]
    [InlineData("kerberos_principal", "me@REALM", "set together with kerberos_keytab")]
    [InlineData("kerberos_renew_s", "60", "set together with kerberos_keytab and kerberos_principal")]
    [InlineData("file_system_domain", "site.org", "left out if staging is not shared")]
    [InlineData("token_directory", "/tokens/{user}", "set together with user")]
    [InlineData("prefix", "{user}", "set together with user")]
    [InlineData("launcher_options", "--x", "left out if launcher is none")]
    [InlineData("universe", "grid", "one of: vanilla, container")]
    [InlineData("transport", "carrier pigeon", "one of: auto, native, command_line")]
    [InlineData("submits_per_second", "0", "a whole number from 1 to 1000")]
    [InlineData("worker", "worker", "an absolute path")]
    public void A_bad_option_is_reported_with_its_value_and_its_rule(string name, string value, string rule)
    {
        var options = new BackendOptions("pool", new Dictionary<string, object> { [name] = value });
        HTCondorOptions.Read(options);
        string problem = Assert.Single(options.Problems);
        Assert.Contains($"'{value}'", problem, StringComparison.Ordinal);
        Assert.Contains(rule, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("flavours", "short=60", "short=120", "the only member for 'short'")]
    [InlineData("attributes", "A = 1", "a = 2", "the only member for 'a'")]
    public void A_name_occurs_once_in_a_list(string name, string first, string second, string rule)
    {
        var options = new BackendOptions("pool", new Dictionary<string, object> { [name] = new[] { first, second } });
        HTCondorOptions.Read(options);
        Assert.Contains($"'{second}', but must be {rule}", Assert.Single(options.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_spooled_is_transferred()
    {
        var options = new BackendOptions("pool", new Dictionary<string, object> { ["spool"] = "true", ["staging"] = "chirp" });
        HTCondorOptions.Read(options);
        Assert.Contains("spool is 'true'", Assert.Single(options.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void What_sites_write_is_read()
    {
        HTCondorOptions options = Read(new Dictionary<string, object>
        {
            ["schedd"] = "reana@schedd.example.org",
            ["pool"] = "cm.example.org:9618",
            ["requirements"] = "TARGET.HasSingularity && TARGET.Memory > 2000",
            ["flavours"] = new[] { "espresso=1200", "longlunch=7200" },
            ["attributes"] = new[] { "WantGlidein = false", "Site = \"a; b\"" },
            ["user"] = "{owner}",
            ["staging"] = "chirp",
        });
        Assert.Equal("reana@schedd.example.org", options.Schedd.Name);
        Assert.Equal(TimeSpan.FromHours(2), options.Flavours["longlunch"]);
        Assert.Equal("a; b", options.Attributes.Text("Site"));
        Assert.Equal(StagingMode.Chirp, options.Profile.Staging);
    }

    private static HTCondorOptions Read(Dictionary<string, object> values)
    {
        var options = new BackendOptions("pool", values);
        HTCondorOptions read = HTCondorOptions.Read(options);
        Assert.Empty(options.Problems);
        return read;
    }
}
