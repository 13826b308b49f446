using Scailfin.JobWrapper.Receipts;
using Scailfin.Testing.Fuzzing;

namespace Scailfin.JobWrapper.Tests.Receipts;

/// <summary>A receipt comes from a node, and a step may have written it.</summary>
[Collection("fuzz")]
public sealed class ReceiptFuzzTests
{
    [Fact]
    public Task Any_bytes_are_a_receipt_with_an_end_or_a_FormatException() =>
        new FuzzRun(
            "receipts",
            ["null", "true", "{}", "[]", "\"\\ud800\"", "\"version\":1", "\"exit_code\":", "\"signal\":", "\"outputs\":["])
        {
            MostBytesPerByte = 200,
            IsExpected = exception => exception is FormatException,
        }.ReadAsync(3000, input =>
        {
            Receipt receipt = Receipt.Parse(input, "of the test");
            Assert.DoesNotContain("Exception", receipt.ToEnd(DateTimeOffset.UnixEpoch).Evidence.Text, StringComparison.Ordinal);
            return true;
        });
}
