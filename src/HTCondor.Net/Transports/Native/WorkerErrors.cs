using HTCondor.Net.Transports.Native.Protocol;

namespace HTCondor.Net.Transports.Native;

/// <summary>
/// The errors that are the transport's own. Their subsystem is <c>WORKER</c>, or <c>EXCEPT</c> if the library itself ended the worker.
/// </summary>
internal static class WorkerErrors
{
    private const string Subsystem = "WORKER";
    private const int FirstSignal = 128;
    private const int TimedOut = 110; // ETIMEDOUT
    private const int NoBuffer = 105; // ENOBUFS

    public static HTCondorError NoWorkerInTime(WorkerRequest request, TimeSpan deadline) =>
        new(Subsystem, TimedOut, $"{request.Operation}: no worker was free within {deadline.TotalSeconds} s.") { Retryable = true };

    public static HTCondorError QueueFull(WorkerRequest request, int longest) =>
        new(Subsystem, NoBuffer, $"{request.Operation}: {longest} calls are waiting already.") { Retryable = true };

    public static HTCondorError Closed(WorkerRequest request) => new(Subsystem, 0, $"{request.Operation}: the transport was closed.");

    public static HTCondorError Hung(WorkerRequest request, TimeSpan deadline, bool released, string lastWords) =>
        Ended(TimedOut, $"{request.Operation}: no answer within {deadline.TotalSeconds} s; the worker was killed.", released, lastWords);

    /// <summary>The error of a call during which the worker ended, or wrote a line that is not in the protocol.</summary>
    public static HTCondorError Of(WorkerRequest request, ExchangeEnd end, bool released, WorkerProcess worker) => end switch
    {
        { Except: { } text } =>
            Ended(0, $"{request.Operation}: HTCondor's library ended the worker: {text}", released, "") with { Subsystem = "EXCEPT" },
        { Garbage: { } problem } => Ended(
            0, $"{request.Operation}: the worker said what is not understood ({problem}) and was killed.", released, worker.LastWords),
        _ => Ended(
            worker.ExitCode ?? 0,
            $"{request.Operation}: the worker ended during the call ({HowItEnded(worker.ExitCode)}).",
            released,
            worker.LastWords),
    };

    public static HTCondorError NotStarted(string problem, string lastWords) =>
        Ended(0, $"The worker could not be started: {problem}", false, lastWords);

    public static HTCondorError Unusable(WorkerHello hello) =>
        new(Subsystem, 0, $"HTCondor's library cannot be used: {string.Join(" ", hello.Problems)}");

    public static string HowItEnded(int? exitCode) => exitCode switch
    {
        null => "its exit code is not known",
        > FirstSignal => $"signal {exitCode - FirstSignal}",
        _ => $"exit code {exitCode}",
    };

    private static HTCondorError Ended(int code, string what, bool released, string lastWords) =>
        new(Subsystem, code, lastWords.Length > 0 ? $"{what} Its last output: {lastWords}" : what)
        {
            Ambiguous = released,
            Retryable = !released,
        };
}
