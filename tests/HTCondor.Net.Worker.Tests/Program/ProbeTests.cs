using System.Diagnostics;
using HTCondor.Net.Transports.Native;

namespace HTCondor.Net.Worker.Tests.Program;

/// <summary>What is reported and not used. Libraries are made here, with a C compiler.</summary>
public sealed class ProbeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("probe-").FullName;

    [Fact]
    public async Task Without_a_library_the_probe_says_where_it_looked()
    {
        (int exitCode, string output, _) = await WorkerProgram.RunAsync("", "--probe", "--library", _folder);
        Assert.Equal(1, exitCode);
        Assert.Contains("usable: no", output, StringComparison.Ordinal);
        Assert.Contains($"libcondor_utils was not found in {_folder}", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$CondorVersion: 99.1.0 2030-01-01 $", "HTCondor 99.1 is outside the tested range, 23.9 to 25.14.")]
    [InlineData("$CondorVersion: 23.8.1 2024-06-27 $", "HTCondor 23.8 is outside the tested range, 23.9 to 25.14.")]
    [InlineData("$CondorVersion: 25.15.0 2027-01-01 $", "HTCondor 25.15 is outside the tested range, 23.9 to 25.14.")]
    [InlineData("something else", "The library's version is not understood: 'something else'.")]
    [InlineData("$CondorVersion: 24.0.1 2024-10-31 $", "The library lacks _ZdlPv, _Z24dprintf_make_thread_safev")]
    public async Task A_library_that_was_never_tested_or_lacks_a_symbol_is_reported_and_not_used(string version, string says)
    {
        string library = await CompileAsync("libcondor_utils_1_0_0.so", $"const char *CondorVersion(void) {{ return \"{version}\"; }}");
        var options = new NativeTransportOptions { WorkerProgram = WorkerProgram.Path, Library = library };
        NativeProbe probe = await NativeTransport.ProbeAsync(options, TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.False(probe.Usable);
        Assert.Equal(library, probe.Library);
        Assert.Equal(version, probe.CondorVersion);
        Assert.StartsWith(says, Assert.Single(probe.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_libraries_in_a_folder_the_newest_is_taken()
    {
        await CompileAsync("libcondor_utils_9_0_1.so", "const char *CondorVersion(void) { return \"$CondorVersion: 9.0.1 $\"; }");
        await CompileAsync("libcondor_utils_10_0_1.so", "const char *CondorVersion(void) { return \"$CondorVersion: 10.0.1 $\"; }");
        (_, string output, _) = await WorkerProgram.RunAsync("", "--probe", "--library", _folder);
        Assert.Contains("HTCondor 10.0 is outside", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_library_is_reported()
    {
        string file = Path.Combine(_folder, "libcondor_utils_23_9_6.so");
        await File.WriteAllTextAsync(file, "not a library", TestContext.Current.CancellationToken);
        (int exitCode, string output, _) = await WorkerProgram.RunAsync("", "--probe", "--library", _folder);
        Assert.Equal(1, exitCode);
        Assert.Contains($"{file} cannot be loaded", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_library_prints_is_not_taken_for_a_reply()
    {
        string library = await CompileAsync(
            "libcondor_utils_1_0_0.so",
            "#include <unistd.h>\nconst char *CondorVersion(void) { (void)!write(1, \"{\\\"hello\\\":null}\\n\", 15); "
                + "return \"$CondorVersion: 99.1.0 $\"; }");
        var options = new NativeTransportOptions { WorkerProgram = WorkerProgram.Path, Library = library };
        NativeProbe probe = await NativeTransport.ProbeAsync(options, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal("HTCondor 99.1 is outside the tested range, 23.9 to 25.14.", Assert.Single(probe.Problems));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<string> CompileAsync(string name, string source)
    {
        string file = Path.Combine(_folder, name);
        string code = Path.ChangeExtension(file, ".c");
        await File.WriteAllTextAsync(code, source, TestContext.Current.CancellationToken);
        if (!File.Exists("/usr/bin/gcc"))
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "gcc is missing");
            Assert.Skip("gcc is missing");
        }

        var start = new ProcessStartInfo("/usr/bin/gcc");
        foreach (string argument in new[] { "-shared", "-fPIC", "-o", file, code })
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        return file;
    }
}
