namespace Scailfin.JobManagers.Batch.Attempts;

/// <summary>
/// Decides when an attempt that queue and history do not have can no longer arrive: whatever carried its submission, in this process or in
/// one before it, ends within its deadline and dies with its pipes.
/// </summary>
internal sealed class CertainAbsence(TimeSpan deadline, TimeProvider time)
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    private readonly FirstSeen _missed = new(time);

    /// <summary>How long an attempt must be missing.</summary>
    public TimeSpan Bound => deadline + Settling;

    /// <summary>Returns, for an attempt that is missing now, whether it is certain that it will not come.</summary>
    public bool IsCertain(string identity) => _missed.Since(identity) >= Bound;

    /// <summary>Restarts the clock: the attempt was found, or is submitted again.</summary>
    public void Forget(string identity) => _missed.Forget(identity);
}
