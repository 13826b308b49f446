using HTCondor.Net.Worker.Native;

namespace HTCondor.Net.Worker;

/// <summary>
/// Ends a worker that does not end by itself. A supervisor outside its container can kill what it started there only from inside, and must
/// not hit another program that has got the id since.
/// </summary>
internal static class OtherWorker
{
    public static bool End(int process)
    {
        try
        {
            string? program = File.ResolveLinkTarget($"/proc/{process}/exe", returnFinalTarget: false)?.FullName;
            return program is not null && program == Environment.ProcessPath && ProcessControl.Kill(process);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
