using HTCondor.Net.Transports.Native.Protocol;
using HTCondor.Net.Worker.Native;

namespace HTCondor.Net.Worker.Probing;

/// <summary>The result of loading and testing the library at start. The library is null if it must not be used.</summary>
internal sealed record Probe(WorkerHello Hello, CondorLibrary? Library)
{
    /// <summary>
    /// Looks for the library, binds it, compares its version, reads the configuration, tests the layout; stops at the first thing that is
    /// wrong.
    /// </summary>
    /// <param name="place">A file or folder; null for the usual ones.</param>
    /// <param name="onExcept">Is called with the library's message before it ends the process.</param>
    public static Probe Look(string? place, Action<string> onExcept)
    {
        var hello = new WorkerHello
        {
            Protocol = WorkerProtocol.Version,
            ProcessId = Environment.ProcessId,
            UserId = ProcessControl.EffectiveUser(),
            Problems = [],
        };
        if (!Environment.Is64BitProcess || !OperatingSystem.IsLinux())
            return Unusable(hello, "Only 64 bit Linux is supported.");
        if (LibraryFinder.Find(place) is not { } file)
            return Unusable(hello, $"libcondor_utils was not found in {place ?? string.Join(", ", LibraryFinder.UsualFolders)}.");

        hello = hello with { Library = file };
        try
        {
            return Bind(hello, CondorLibrary.Load(file), onExcept);
        }
        catch (Exception problem) when (problem is DllNotFoundException or BadImageFormatException)
        {
            return Unusable(hello, $"{file} cannot be loaded: {problem.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static unsafe Probe Bind(WorkerHello hello, CondorLibrary library, Action<string> onExcept)
    {
        if (library.CondorVersion is null)
            return Unusable(hello with { Missing = library.Missing }, "The library has no CondorVersion.");
        string version = CondorLibrary.Text(library.CondorVersion()) ?? "";
        hello = hello with { CondorVersion = version, Missing = library.Missing };
        if (TestedVersions.Problem(version) is { } untested)
            return Unusable(hello, untested);
        if (library.Missing.Count > 0)
            return Unusable(hello, $"The library lacks {string.Join(", ", library.Missing)}.");
        if (!library.Configure(ExceptReporter.Install(onExcept)))
            return Unusable(hello, "HTCondor has no configuration here (CONDOR_CONFIG, /etc/condor/condor_config).");

        List<(string Name, string? Problem)> checks = [.. AbiSelfTest.Run(library)];
        hello = hello with { Checks = [.. checks.Select(check => $"{check.Name}: {check.Problem ?? "good"}")] };
        string[] wrong =
            [.. checks.Where(check => check.Problem is not null).Select(check => $"Self-test, {check.Name}: {check.Problem}.")];
        return wrong is [] ? new Probe(hello, library) : new Probe(hello with { Problems = wrong }, null);
    }

    private static Probe Unusable(WorkerHello hello, string problem) => new(hello with { Problems = [problem] }, null);
}
