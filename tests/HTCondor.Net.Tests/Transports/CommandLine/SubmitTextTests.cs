using HTCondor.Net.ClassAds;
using HTCondor.Net.Schedds;
using HTCondor.Net.Transports.CommandLine;

namespace HTCondor.Net.Tests.Transports.CommandLine;

public sealed class SubmitTextTests
{
    [Fact]
    public void Procs_differ_by_macros_of_their_numbers()
    {
        string text = SubmitText.Of(new SubmitRequest { Shared = Ad("Cmd", "/bin/$x"), Procs = [Ad("A", "one"), Ad("A", "two"), []] });
        Assert.Contains("MY.Cmd = \"/bin/$(DOLLAR)x\"\n", text, StringComparison.Ordinal);
        Assert.EndsWith(
            "proc0_A = \"one\"\nproc1_A = \"two\"\nproc2_A = undefined\nMY.A = $(proc$(Process)_A)\nqueue 3\n",
            text,
            StringComparison.Ordinal);
        Assert.StartsWith("universe = vanilla\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_grid_job_is_one()
    {
        ClassAd grid = Ad("GridResource", "batch slurm");
        grid.Set("JobUniverse", 9);
        Assert.StartsWith(
            "universe = grid\ngrid_resource = batch\n",
            SubmitText.Of(new SubmitRequest { Shared = grid, Procs = [[]] }),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\nb")]
    [InlineData("$$(X)")]
    [InlineData("$$[X]")]
    [InlineData("$$$")]
    public void What_cannot_be_carried_is_refused(string text) =>
        Assert.StartsWith(
            "The command line cannot carry this: A: ",
            Refused(new SubmitRequest { Shared = Ad("A", text), Procs = [[]] }),
            StringComparison.Ordinal);

    [Fact]
    public void A_name_that_was_read_elsewhere_adds_no_line()
    {
        ClassAd read = ClassAdJson.ReadAds("""{"A = 1\nqueue 5\nB": 1}"""u8)[0];
        Assert.Contains(
            "not the name of an attribute", Refused(new SubmitRequest { Shared = read, Procs = [[]] }), StringComparison.Ordinal);
    }

    private static string Refused(SubmitRequest request) => Assert.Throws<HTCondorException>(() => SubmitText.Of(request)).Error.Text;

    private static ClassAd Ad(string name, string value)
    {
        var ad = new ClassAd();
        ad.Set(name, value);
        return ad;
    }
}
