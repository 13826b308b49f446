using HTCondor.Net.Schedds;
using Scailfin.Core.JobManagers;

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

    [Fact]
    public void What_sites_write_is_read()
    {
        HTCondorOptions options = Read(new Dictionary<string, object>
        {
            ["schedd"] = "reana@schedd.example.org",
            ["pool"] = "cm.example.org:9618",
            ["requirements"] = "TARGET.HasSingularity && TARGET.Memory > 2000",
            ["flavours"] = new[] { "espresso=1200", "longlunch=7200" },
            ["attributes"] = new[] { "WantDocker = false", "Site = \"a; b\"" },
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
