using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobWrapper;
using Scailfin.JobWrapper.Receipts;

namespace Scailfin.JobManagers.Batch.Attempts;

/// <summary>Reads what the wrapper of an attempt left.</summary>
/// <param name="Record">The attempt's receipt; a receipt that is malformed, or of another attempt, does not count.</param>
/// <param name="Complaint">Why there is no receipt: the wrapper's last output; empty if there is a receipt, or no output.</param>
public sealed record AttemptRecord(OwnRecord Record, string Complaint)
{
    /// <summary>The archive of outputs as the wrapper sent it; null if it sent none, or there is no receipt.</summary>
    public ReceiptArchive? Archive { get; init; }

    /// <param name="attempt">The attempt.</param>
    /// <param name="files">The files of the attempt.</param>
    /// <param name="nonceOf">Finds the nonce that only the attempt's own wrapper was given; if it returns null, none is checked.</param>
    /// <param name="errors">The standard error of the shell that ran the script, if the scheduler keeps it; else null.</param>
    /// <param name="stream">The scheduler's copy of the main stream, if it keeps one; else null.</param>
    /// <param name="now">The time for the evidence.</param>
    /// <exception cref="IOException">The files cannot be read, so it is not known whether there is a receipt.</exception>
    public static AttemptRecord Read(
        Attempt attempt, WrapperFiles files, Func<string?> nonceOf, string? errors, string? stream, DateTimeOffset now)
    {
        try
        {
            return Receipt.ReadOf(attempt, files.Receipt, nonceOf()) is { } receipt
                ? new AttemptRecord(new OwnRecord.Complete(receipt.ToEnd(now)), "") { Archive = receipt.Archive }
                : new AttemptRecord(new OwnRecord.None(), LastLine.Of([files.Complaints, errors], [files.Output, stream]));
        }
        catch (FormatException exception)
        {
            return new AttemptRecord(new OwnRecord.None(), exception.Message);
        }
    }
}
