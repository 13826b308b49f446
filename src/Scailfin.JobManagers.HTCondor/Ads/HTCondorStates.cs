using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;

namespace Scailfin.JobManagers.HTCondor.Ads;

/// <summary>The effect of a hold on an attempt.</summary>
internal enum HoldOutcome
{
    /// <summary>A user put it on hold: it waits, for a bounded time.</summary>
    Wait,

    /// <summary>Released some times, if the step has not begun; then it fails.</summary>
    Release,

    /// <summary>The attempt fails with HTCondor's own reason.</summary>
    Fail,

    /// <summary>The submission is not finished: the input has not been spooled.</summary>
    Unfinished,
}

/// <summary>One hold code.</summary>
/// <param name="Outcome">What is done about it.</param>
/// <param name="Class">The class of the end if the hold ends the job.</param>
/// <param name="Means">The sentence for the user, shown before HTCondor's own reason.</param>
/// <param name="Phase">The phase of the wrapper's work that HTCondor did instead and that failed; null if the hold names none.</param>
internal sealed record Hold(HoldOutcome Outcome, EndClass Class, string Means, string? Phase = null);

/// <summary>
/// JobStatus and HoldReasonCode of the manual's appendix "Job ClassAd Attributes"
/// (https://htcondor.readthedocs.io/en/latest/classad-attributes/job-classad-attributes.html).
/// </summary>
internal static class HTCondorStates
{
    public const int Idle = 1;
    public const int Running = 2;
    public const int Removed = 3;
    public const int Completed = 4;
    public const int Held = 5;
    public const int TransferringOutput = 6;
    public const int Suspended = 7;

    /// <summary>The hold of a submission whose input is still to be spooled.</summary>
    public const int SpoolingInput = 16;

    /// <summary>
    /// RemoveReason of a job that the schedd itself removed, because the connection that spooled its input ended in the middle.
    /// </summary>
    public const string SpoolingBrokeOff = "Staging of job files failed";

    private const int HeldByMachine = 21;
    private const string StageIn = "stage_in";

    /// <summary>
    /// VacateReasonCode if the job was given to a machine and its program was certainly not started: "job not started", "failed to
    /// activate the claim".
    /// </summary>
    public static bool BeganNothing(int vacateCode) => vacateCode is 1003 or 1006;

    private static readonly Dictionary<int, Hold> Holds = new()
    {
        [1] = new(HoldOutcome.Wait, EndClass.Cancelled, "It was put on hold by a person"),
        [2] = Fails("The remote grid service refused it"),
        [3] = Fails("Its own periodic hold became true"),
        [4] = Fails("Its credential cannot be used"),
        [5] = Fails("Its own periodic policy cannot be evaluated"),
        [6] = Fails("Its program could not be started on the execute machine", "claim"),
        [7] = Fails("Its file of standard output could not be opened"),
        [8] = Fails("Its file of standard input could not be opened"),
        [9] = Fails("The stream of its standard output could not be opened"),
        [10] = Fails("The stream of its standard input could not be opened"),
        [11] = Tries("An acknowledgement of the file transfer was not understood"),
        [12] = Fails("Its output files could not be brought back", Evidence.StageOutPhase),
        [13] = Tries("Its input files could not be sent", StageIn),
        [14] = Tries("Its directory on the submit machine cannot be used"),
        [15] = new(HoldOutcome.Wait, EndClass.Cancelled, "It was submitted on hold"),
        [SpoolingInput] = new(HoldOutcome.Unfinished, EndClass.Infrastructure, "Its input files are being sent to the schedd"),
        [17] = Fails("Submit and execute machine do not agree about how to run it"),
        [18] = Tries("The file transfer was not allowed to begin"),
        [19] = Fails("A hook of the execute machine that prepares jobs failed"),
        [20] = Fails("The time at which it should have started was missed"),
        [HeldByMachine] = Fails("The execute machine put it on hold"),
        [22] = Fails("Its event log could not be written"),
        [23] = Tries("The account that it runs under cannot be used"),
        [24] = Fails("The submit machine has no condor_shadow that can run it"),
        [25] = Fails("Its settings for periodic starts are wrong"),
        [26] = Limits("The site's policy (SYSTEM_PERIODIC_HOLD) put it on hold"),
        [27] = Fails("The site's policy (SYSTEM_PERIODIC_HOLD) cannot be evaluated"),
        [28] = Fails("The ownership of its sandbox could not be changed"),
        [29] = Fails("The ownership of its sandbox could not be changed"),
        [30] = Fails("The ownership of its sandbox could not be changed"),
        [31] = Fails("The ownership of its sandbox could not be changed"),
        [32] = Limits("Its input files are larger than the site allows", StageIn),
        [33] = Limits("Its output files are larger than the site allows", Evidence.StageOutPhase),
        [34] = Limits("It used more memory than it asked for"),
        [35] = Tries("Its container image could not be used", "image"),
        [36] = Fails("It failed to write a checkpoint"),
        [37] = Fails("The EC2 service refused the job's request"),
        [38] = Fails("HTCondor's EC2 client failed"),
        [39] = Fails("HTCondor's EC2 client is not set up"),
        [40] = Fails("The EC2 service could not be reached"),
        [41] = Fails("The EC2 service failed"),
        [42] = Fails("The EC2 instance may be lost"),
        [43] = Fails("The script before the job failed"),
        [44] = Fails("The script after the job failed"),
        [45] = Tries("The execute machine's container runtime failed its test"),
        [46] = Limits("It was longer in the pool than it may be"),
        [47] = Limits("It ran longer than it may"),
        [48] = Fails("A hook of the submit machine that prepares jobs failed"),
    };

    /// <summary>Subcodes of 21 as HTCondor's own policies HOLD_IF_MEMORY_EXCEEDED and HOLD_IF_DISK_EXCEEDED set them.</summary>
    private static readonly Dictionary<int, Hold> HoldsByMachine = new()
    {
        [102] = Limits("It used more memory than it asked for"),
        [104] = Limits("It used more disk space than it asked for"),
    };

    /// <summary>All codes that have a line.</summary>
    public static IReadOnlyCollection<int> HoldCodes => Holds.Keys;

    /// <summary>
    /// Returns the meaning of a hold code. A code that the manual does not have is a failure: no one would release the job.
    /// </summary>
    public static Hold OfHold(int code, int subcode = 0) =>
        code == HeldByMachine && HoldsByMachine.TryGetValue(subcode, out Hold? hold)
            ? hold
            : Holds.GetValueOrDefault(code) ?? Fails($"HTCondor put it on hold with code {code}");

    /// <summary>Converts a hold to the scheduler's word, which is weighed against a receipt.</summary>
    public static SchedulerWord WordOf(int code, int subcode) => (code, subcode) switch
    {
        (34, _) or (HeldByMachine, 102) => SchedulerWord.OutOfMemory,
        (46 or 47, _) => SchedulerWord.TimeLimit,
        _ => SchedulerWord.BadEnd,
    };

    private static Hold Fails(string means, string? phase = null) => new(HoldOutcome.Fail, EndClass.Infrastructure, means, phase);

    private static Hold Limits(string means, string? phase = null) => new(HoldOutcome.Fail, EndClass.Limit, means, phase);

    private static Hold Tries(string means, string? phase = null) => new(HoldOutcome.Release, EndClass.Infrastructure, means, phase);
}
