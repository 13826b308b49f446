namespace Scailfin.JobController.Parent;

/// <summary>How many crashes of the service the parent bears.</summary>
internal sealed class CrashLimit(TimeProvider time)
{
    /// <summary>The crash with which the parent gives up, if all of them lie within <see cref="Window"/>.</summary>
    public const int Crashes = 5;

    /// <summary>The time within which the crashes are counted.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Queue<long> _crashes = new();

    /// <summary>Counts a crash, and returns whether it was one too many.</summary>
    public bool IsReached()
    {
        _crashes.Enqueue(time.GetTimestamp());
        while (time.GetElapsedTime(_crashes.Peek()) > Window)
            _crashes.Dequeue();
        return _crashes.Count >= Crashes;
    }
}
