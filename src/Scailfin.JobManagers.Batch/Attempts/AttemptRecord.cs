using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobWrapper;
using Scailfin.JobWrapper.Receipts;

namespace Scailfin.JobManagers.Batch.Attempts;

/// <summary>Reads what the wrapper of an attempt left.</summary>
/// <param name="Record">Its receipt. One that says nonsense, or is another attempt's, is none.</param>
/// <param name="Complaint">Why there is no receipt: the wrapper's last output; empty where there is a receipt, or no output.</param>
public sealed record AttemptRecord(OwnRecord Record, string Complaint)
{
    /// <summary>The archive of outputs as the wrapper sent it; null where it sent none, or there is no receipt.</summary>
    public ReceiptArchive? Archive { get; init; }

    /// <param name="attempt">The attempt.</param>
    /// <param name="files">Its directory.</param>
    /// <param name="nonceOf">Finds what only the attempt's own wrapper was given; null of it checks none.</param>
    /// <param name="errors">What the shell said that read the script, where a scheduler keeps it; else null.</param>
    /// <param name="now">For the evidence.</param>
    /// <exception cref="IOException">They cannot be read; whether there is a receipt is not known.</exception>
    public static AttemptRecord Read(Attempt attempt, WrapperFiles files, Func<string?> nonceOf, string? errors, DateTimeOffset now)
    {
        try
        {
            return Receipt.ReadOf(attempt, files.Receipt, nonceOf()) is { } receipt
                ? new AttemptRecord(new OwnRecord.Complete(receipt.ToEnd(now)), "") { Archive = receipt.Archive }
                : new AttemptRecord(new OwnRecord.None(), LastLine.Of(files.Complaints, errors));
        }
        catch (FormatException exception)
        {
            return new AttemptRecord(new OwnRecord.None(), exception.Message);
        }
    }
}
