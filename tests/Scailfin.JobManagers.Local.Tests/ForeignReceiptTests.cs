using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobWrapper;
using Scailfin.Testing;

namespace Scailfin.JobManagers.Local.Tests;

/// <summary>Receipts that the attempt's own wrapper did not write.</summary>
public sealed class ForeignReceiptTests : IDisposable
{
    private readonly LocalBench _bench = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("\"job_id\":\"", "\"job_id\":\"0")]
    [InlineData("\"attempt\":1", "\"attempt\":2")]
    [InlineData("\"version\":1", "\"version\":99")]
    [InlineData("\"nonce\":\"", "\"nonce\":\"0")]
    [InlineData("\"nonce\":", "\"other\":")]
    [InlineData("{", "")]
    public async Task A_receipt_that_is_not_the_wrappers_own_ends_no_running_job(string own, string foreign)
    {
        string receipt = await ReceiptOfAnotherAsync(await RunningAsync());
        Attempt attempt = await RunningAsync();
        string forged = receipt.Replace("@", attempt.JobId.ToString(), StringComparison.Ordinal);
        Assert.Contains(own, forged, StringComparison.Ordinal);
        forged = forged.Replace(own, foreign, StringComparison.Ordinal);
        string nonce = WrapperScript.NonceOfFile(_bench.FilesOf(attempt).Script)!;
        if (!own.Contains("nonce", StringComparison.Ordinal))
            forged = forged.Replace("#", nonce, StringComparison.Ordinal);
        await File.WriteAllTextAsync(_bench.FilesOf(attempt).Receipt, forged, Cancellation);
        Assert.Equal(ObservedPhase.Running, (await _bench.ObserveAsync(attempt)).Phase);
        await File.WriteAllTextAsync(_bench.InWorkspace("go"), "", Cancellation);
        await Eventually.TrueAsync(async () => (await _bench.ObserveAsync(attempt)).End is not null, "it ends");
        Assert.Equal(EndClass.Succeeded, (await _bench.ObserveAsync(attempt)).End!.Class);
    }

    [Fact]
    public async Task Its_own_receipt_counts_for_a_manager_that_was_started_afterwards()
    {
        Attempt attempt = await _bench.SubmitAsync("true");
        await Eventually.TrueAsync(() => File.Exists(_bench.FilesOf(attempt).Receipt), "the receipt is there");
        Assert.Equal(EndClass.Succeeded, (await _bench.ObserveAsync(attempt with { Handle = null })).End!.Class);
    }

    private async Task<Attempt> RunningAsync()
    {
        Attempt attempt = await _bench.SubmitAsync("touch running; while [ ! -e go ]; do sleep 0.1; done");
        await _bench.FileAsync("running");
        File.Delete(_bench.InWorkspace("running"));
        return attempt;
    }

    /// <summary>A good receipt, with @ for its job and # for its nonce.</summary>
    private async Task<string> ReceiptOfAnotherAsync(Attempt attempt)
    {
        await File.WriteAllTextAsync(_bench.InWorkspace("go"), "", Cancellation);
        await _bench.EndAsync(attempt);
        File.Delete(_bench.InWorkspace("go"));
        WrapperFiles files = _bench.FilesOf(attempt);
        return (await File.ReadAllTextAsync(files.Receipt, Cancellation))
            .Replace(attempt.JobId.ToString(), "@", StringComparison.Ordinal)
            .Replace(WrapperScript.NonceOfFile(files.Script)!, "#", StringComparison.Ordinal);
    }
}
