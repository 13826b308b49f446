using Scailfin.JobWrapper.Receipts;

namespace Scailfin.JobWrapper.Tests.Receipts;

public sealed class ReceiptTests : IDisposable
{
    private const string Good =
        """{"version":1,"job_id":"j","attempt":1,"exit_code":7,"failed_phase":null"""
            + ""","cause":"timeout","message":"","runtime":"none","host":"h","started_at":1000"""
            + ""","step_started_at":2000,"ended_at":3000,"step_may_have_run":true,"log_cut":false}""";

    private readonly string _directory = Directory.CreateTempSubdirectory("scailfin-receipt-").FullName;

    private string File => Path.Combine(_directory, "receipt.json");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_good_receipt_is_read()
    {
        Receipt? receipt = Read(Good);
        Assert.Equal((7, "timeout", "none", true), (receipt?.ExitCode, receipt?.Cause, receipt?.Runtime, receipt?.StepMayHaveRun));
        Assert.Equal(
            (DateTimeOffset.FromUnixTimeSeconds(1), DateTimeOffset.FromUnixTimeSeconds(2), DateTimeOffset.FromUnixTimeSeconds(3)),
            (receipt?.StartedAt, receipt?.StepStartedAt, receipt?.EndedAt));
    }

    [Fact]
    public void A_receipt_of_a_failed_phase_tells_the_phase_and_that_no_step_began()
    {
        Receipt? receipt = Read(Good.Replace("\"failed_phase\":null", "\"failed_phase\":\"runtime\"", StringComparison.Ordinal)
            .Replace("\"step_started_at\":2000", "\"step_started_at\":null", StringComparison.Ordinal));
        Assert.Equal(("runtime", null), (receipt?.FailedPhase, receipt?.StepStartedAt));
    }

    [Fact]
    public void A_missing_receipt_is_none() => Assert.Null(Receipt.Read(File));

    [Fact]
    public void A_link_is_no_receipt_even_to_a_good_one()
    {
        string elsewhere = Path.Combine(_directory, "elsewhere");
        System.IO.File.WriteAllText(elsewhere, Good);
        System.IO.File.CreateSymbolicLink(File, elsewhere);
        Assert.Throws<FormatException>(() => Receipt.Read(File));
    }

    [Fact]
    public void A_receipt_that_is_too_large_is_not_read()
    {
        Assert.NotNull(Read(Good + new string(' ', Receipt.Longest - Good.Length)));
        Assert.Throws<FormatException>(() => Read(Good + new string(' ', Receipt.Longest - Good.Length + 1)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("\0\0\0")]
    public void Something_else_is_not_a_receipt(string text) => Assert.Throws<FormatException>(() => Read(text));

    [Theory]
    [InlineData("\"exit_code\":7", "\"exit_code\":\"7\"")]
    [InlineData("\"exit_code\":7", "\"exit_code\":99999999999")]
    [InlineData("\"failed_phase\":null", "\"failed_phase\":5")]
    [InlineData("\"ended_at\":3000", "\"ended_at\":9000000000000000000")]
    [InlineData("\"step_started_at\":2000", "\"step_started_at\":-9000000000000000000")]
    public void A_field_that_is_not_what_it_must_be_breaks_the_receipt(string field, string broken) =>
        Assert.Throws<FormatException>(() => Read(Good.Replace(field, broken, StringComparison.Ordinal)));

    private Receipt? Read(string text)
    {
        System.IO.File.WriteAllText(File, text);
        return Receipt.Read(File);
    }
}
