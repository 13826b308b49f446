namespace HTCondor.Net.Transports.CommandLine;

/// <summary>The deadline of a call, which may run several tools.</summary>
internal sealed class CallDeadline(TimeSpan whole, TimeProvider time)
{
    private readonly long _begin = time.GetTimestamp();

    public TimeSpan Whole => whole;

    public TimeSpan Remaining
    {
        get
        {
            TimeSpan left = whole - time.GetElapsedTime(_begin);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }
}
