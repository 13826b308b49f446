using HTCondor.Net.Transports.Native.Protocol;

namespace HTCondor.Net.Worker.Probing;

/// <summary>The hello for a person.</summary>
internal static class ProbeReport
{
    public static void Write(WorkerHello hello, TextWriter to)
    {
        to.WriteLine(hello.Problems is [] ? "usable: yes" : "usable: no");
        to.WriteLine($"library: {hello.Library ?? "not found"}");
        to.WriteLine($"version: {hello.CondorVersion ?? "unknown"} (tested: {TestedVersions.First} to {TestedVersions.Last})");
        to.WriteLine($"user: {hello.UserId}{(hello.UserId == 0 ? " (as root the worker only queries; it changes nothing)" : "")}");
        foreach (string check in hello.Checks)
            to.WriteLine($"check: {check}");
        foreach (string problem in hello.Problems)
            to.WriteLine($"problem: {problem}");
    }
}
