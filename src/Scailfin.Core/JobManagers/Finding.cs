using Scailfin.Core.Jobs;

namespace Scailfin.Core.JobManagers;

/// <summary>Whether a backend has an attempt whose submission was not confirmed. Exactly one of the three cases.</summary>
public abstract record Finding
{
    private Finding()
    {
    }

    /// <summary>It has it.</summary>
    public sealed record Found(BackendHandle Handle) : Finding;

    /// <summary>
    /// It does not have it and no earlier submission can still arrive: the connection or worker that carried one is dead, and queue and
    /// history agree. Only this allows another submission.
    /// </summary>
    public sealed record CertainlyNot : Finding;

    /// <summary>Ask again later.</summary>
    public sealed record CannotTell(string Why) : Finding;
}
