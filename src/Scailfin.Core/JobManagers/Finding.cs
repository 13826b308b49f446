using Scailfin.Core.Jobs;

namespace Scailfin.Core.JobManagers;

/// <summary>Whether a backend has an attempt whose submission was not confirmed. Exactly one of the three cases.</summary>
public abstract record Finding
{
    private Finding()
    {
    }

    /// <summary>The backend has the attempt.</summary>
    public sealed record Found(BackendHandle Handle) : Finding;

    /// <summary>
    /// The backend does not have the attempt, and no earlier submission can still arrive: the connection or worker that carried it is dead,
    /// and queue and history agree. Only this allows another submission.
    /// </summary>
    public sealed record CertainlyNot : Finding;

    /// <summary>Not known yet; ask again later.</summary>
    public sealed record CannotTell(string Why) : Finding;
}
