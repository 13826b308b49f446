namespace Scailfin.Core.Telemetry;

/// <summary>How a call ended: the closed set of values of the label <c>outcome</c>.</summary>
internal static class Outcome
{
    public const string Ok = "ok";

    /// <summary>The backend was not reached, or did not answer in time; the call is retried.</summary>
    public const string Unavailable = "unavailable";

    /// <summary>Anything else: an unexpected answer, a permanent refusal, a defect.</summary>
    public const string Error = "error";
}
