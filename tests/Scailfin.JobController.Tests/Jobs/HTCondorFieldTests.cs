using Scailfin.JobController.Tests.Hosting;

namespace Scailfin.JobController.Tests.Jobs;

/// <summary>Contract A.4: what the schema says about HTCondor's fields.</summary>
public sealed class HTCondorFieldTests(EdgeFixture fixture) : IClassFixture<EdgeFixture>
{
    private const string QuantityRule = ": expected a positive integer with optional K/KB/M/MB/G/GB/T/TB suffix.";

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("64")]
    [InlineData("8\n")]
    public void A_number_of_cpus_is_a_positive_integer(string value) =>
        Assert.Null(RequestFields.All.Problem("htcondor_request_cpus", value));

    [Theory]
    [InlineData("0", "'0'")]
    [InlineData("01", "'01'")]
    [InlineData("-1", "'-1'")]
    [InlineData("1.5", "'1.5'")]
    [InlineData(" 1", "' 1'")]
    [InlineData("8\n\n", "'8\\n\\n'")]
    [InlineData("it's", "\"it's\"")]
    [InlineData("it's \"x\"", "'it\\'s \"x\"'")]
    public void Another_number_of_cpus_is_shown_as_Python_shows_it(string value, string shown) =>
        Assert.Equal(
            $"htcondor_request_cpus must be a positive integer, got {shown}.", RequestFields.All.Problem("htcondor_request_cpus", value));

    [Theory]
    [InlineData("")]
    [InlineData("4096")]
    [InlineData("4 GB")]
    [InlineData("4gb")]
    [InlineData("4\t K")]
    [InlineData("1Mb\n")]
    [InlineData("1t")]
    public void A_quantity_has_a_unit_or_none(string value)
    {
        Assert.Null(RequestFields.All.Problem("htcondor_request_memory", value));
        Assert.Null(RequestFields.All.Problem("htcondor_request_disk", value));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("04")]
    [InlineData("4 GiB")]
    [InlineData("4B")]
    [InlineData("1.5G")]
    [InlineData(" 4")]
    [InlineData("4 GB ")]
    [InlineData("G")]
    public void Another_quantity_is_refused(string value)
    {
        Assert.Equal(
            $"htcondor_request_memory: Invalid HTCondor quantity '{value}'{QuantityRule}",
            RequestFields.All.Problem("htcondor_request_memory", value));
        Assert.Equal(
            $"htcondor_request_disk: Invalid HTCondor quantity '{value}'{QuantityRule}",
            RequestFields.All.Problem("htcondor_request_disk", value));
    }

    [Fact]
    public Task They_are_looked_at_whatever_the_backend() => fixture.Edge.RefusesAsync(
        fixture.Edge.Request("\"htcondor_request_cpus\": \"x\", \"htcondor_request_disk\": \"1 X\""),
        """{"htcondor_request_cpus":["htcondor_request_cpus must be a positive integer, got 'x'."]"""
            + $$""","htcondor_request_disk":["htcondor_request_disk: Invalid HTCondor quantity '1 X'{{QuantityRule}}"]}""");
}
