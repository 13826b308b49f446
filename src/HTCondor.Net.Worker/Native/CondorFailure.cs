namespace HTCondor.Net.Worker.Native;

/// <summary>A request failed with an error that the caller gets as it is.</summary>
internal sealed class CondorFailure(HTCondorError error) : Exception(error.Text)
{
    public HTCondorError Error { get; } = error;

    public static CondorFailure Of(string subsystem, int code, string text, bool retryable = false, bool ambiguous = false) =>
        new(new HTCondorError(subsystem, code, text) { Retryable = retryable, Ambiguous = ambiguous });
}
