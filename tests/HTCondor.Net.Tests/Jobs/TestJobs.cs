using HTCondor.Net.Jobs;

namespace HTCondor.Net.Tests.Jobs;

internal static class TestJobs
{
    /// <summary>A job that does nothing, held.</summary>
    public static JobDescription Held { get; } = new()
    {
        Executable = "/bin/true",
        TransferExecutable = false,
        WorkingDirectory = "/tmp",
        MemoryMiB = 1,
        DiskKiB = 1,
        Hold = true,
    };
}
