using System.Runtime.InteropServices;

namespace HTCondor.Net.Worker.Native;

/// <summary>
/// The library's <c>EXCEPT</c> ends the process and cannot be stopped. It first calls this, which passes the text on and ends the process
/// at once, before handlers of the library or of the runtime run in an undefined state.
/// </summary>
internal static unsafe class ExceptReporter
{
    private const int JobException = 4;

    private static Action<string>? _report;

    public static delegate* unmanaged<byte*, int, byte*, void> Install(Action<string> report)
    {
        _report = report;
        return &OnExcept;
    }

    [UnmanagedCallersOnly]
    private static void OnExcept(byte* text, int line, byte* file)
    {
        try
        {
            _report?.Invoke($"{CondorLibrary.Text(text)} ({CondorLibrary.Text(file)}:{line})");
        }
        catch (Exception)
        {
            // The process that reads the message has ended.
        }

        ProcessControl.ExitNow(JobException);
    }
}
