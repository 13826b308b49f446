using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;

namespace Scailfin.Testing;

/// <summary>What the scripted backend does with one submission.</summary>
public enum SubmitScript
{
    /// <summary>Takes it and says so.</summary>
    Accept,

    /// <summary>Takes it, but the answer is lost.</summary>
    LoseReply,

    /// <summary>It never arrives, and the answer is lost.</summary>
    LoseRequest,

    /// <summary>Refuses it.</summary>
    Refuse,

    /// <summary>Takes none of this owner now.</summary>
    DeferOwner,

    /// <summary>Cannot take this one now.</summary>
    DeferAttempt,
}

/// <summary>One attempt as the scripted backend knows it.</summary>
internal sealed class ScriptedBackendJob(Attempt attempt)
{
    public Attempt Attempt { get; } = attempt;

    public int Arrivals { get; set; }

    public bool StopAsked { get; set; }

    public bool Running { get; set; }

    public bool Forgotten { get; set; }

    public AttemptEnd? End { get; set; }

    public AttemptEnd? Verdict { get; set; }

    public Remedy? Remedy { get; set; }

    public bool IsThere => Arrivals > 0 || StopAsked;
}
