namespace Scailfin.Core.Telemetry;

/// <summary>How a call ended: the closed set of values of the label <c>outcome</c>.</summary>
internal static class Outcome
{
    public const string Ok = "ok";

    /// <summary>Not reached, or not in time; it is tried again.</summary>
    public const string Unavailable = "unavailable";

    /// <summary>Anything else: an answer that nobody expected, a refusal for good, a defect.</summary>
    public const string Error = "error";
}
