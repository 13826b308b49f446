using System.Diagnostics.CodeAnalysis;

namespace Scailfin.JobController.Access;

/// <summary>
/// The result of checking a token: a caller, or a sentence that says why it is refused and contains nothing of the token.
/// </summary>
internal sealed record TokenVerdict
{
    private TokenVerdict(Caller? caller, string reason)
    {
        Caller = caller;
        Reason = reason;
    }

    public Caller? Caller { get; }

    public string Reason { get; }

    [MemberNotNullWhen(true, nameof(Caller))]
    public bool IsAllowed => Caller is not null;

    public static TokenVerdict Allow(Caller caller) => new(caller, "");

    public static TokenVerdict Refuse(string reason) => new(null, reason);
}
