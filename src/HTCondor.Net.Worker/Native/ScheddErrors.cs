namespace HTCondor.Net.Worker.Native;

/// <summary>
/// Classifies HTCondor's error codes for the caller. Source:
/// https://github.com/htcondor/htcondor/blob/main/src/condor_includes/condor_error_codes.h
/// </summary>
internal static class ScheddErrors
{
    private const int NotPermitted = 1;
    private const int AccessDenied = 13;
    private const int Invalid = 22;
    private const int BrokenPipe = 32;
    private const int ConnectionReset = 104;
    private const int TimedOut = 110;
    private const int Refused = 111;

    /// <summary><c>SECMAN_ERR_NO_SESSION</c>: "Server rejected our session id".</summary>
    public static bool IsLostSession(HTCondorError error) => error is { Subsystem: "SECMAN", Code: 2004 };

    /// <summary>The schedd cannot be reached, does not answer, or closed the connection.</summary>
    public static bool IsTransient(HTCondorError error) => error switch
    {
        // CEDAR_ERR_CONNECT_FAILED to CEDAR_ERR_EOM_FAILED and following.
        { Code: >= 6001 and <= 6015 } => true,
        // SECMAN's codes for: no session, connect failed, communications error, no answer.
        { Subsystem: "SECMAN", Code: 2003 or 2004 or 2007 or 2011 } => true,
        _ => false,
    };

    public static bool IsTransient(int errno) => errno is BrokenPipe or ConnectionReset or TimedOut or Refused;

    /// <summary>The schedd itself answered with a refusal.</summary>
    public static bool IsRefusal(HTCondorError error) => error.Subsystem is "SCHEDD";

    public static bool IsRefusal(int errno) => errno is NotPermitted or AccessDenied or Invalid;
}
