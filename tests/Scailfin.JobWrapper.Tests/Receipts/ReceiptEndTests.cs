using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobWrapper.Receipts;

namespace Scailfin.JobWrapper.Tests.Receipts;

public sealed class ReceiptEndTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    public static TheoryData<Receipt, EndClass, string> Ends => new()
    {
        { Of(0) with { StepStartedAt = Now }, EndClass.Succeeded, "The step ended with exit code 0." },
        { Of(7), EndClass.Step, "The step ended with exit code 7." },
        { Of(139) with { Signal = 11 }, EndClass.Step, "The step ended with exit code 139 (as after signal 11)." },
        { Of(200), EndClass.Step, "The step ended with exit code 200." },
        { Of(212) with { FailedPhase = "image", Message = "None." }, EndClass.Infrastructure,
            "The job could not be run (phase 'image'): None." },
        { Of(137) with { Cause = "out_of_memory" }, EndClass.Limit, "The job was killed because it used more memory than it may." },
        { Of(143) with { Cause = "timeout", FailedPhase = "image" }, EndClass.Limit,
            "The job was killed because it ran longer than its time limit." },
        { Of(143) with { Cause = "stopped", FailedPhase = "image" }, EndClass.Cancelled, "The job was stopped before its step began." },
        { Of(0) with { Cause = "stopped", StepStartedAt = Now }, EndClass.Cancelled, "The job was stopped while it ran." },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public void A_receipt_is_evidence_with_a_class_and_a_sentence(Receipt receipt, EndClass kind, string sentence)
    {
        AttemptEnd end = receipt.ToEnd(Now);
        Assert.Equal(
            (kind, sentence, receipt.ExitCode, receipt.FailedPhase),
            (end.Class, end.Evidence.Text, end.Evidence.ExitCode, end.Evidence.FailedPhase));
        Assert.Equal(
            (EvidenceSource.Receipt, Now, receipt.EndedAt, receipt.StepStartedAt),
            (end.Evidence.Source, end.Evidence.ObservedAt, end.EndedAt, end.StartedAt));
    }

    private static Receipt Of(int exitCode) => new() { ExitCode = exitCode, EndedAt = Now.AddSeconds(-1), StepMayHaveRun = true };
}
