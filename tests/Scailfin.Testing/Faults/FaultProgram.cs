using System.Diagnostics;
using Xunit;

namespace Scailfin.Testing.Faults;

/// <summary>The injector, compiled once for this run of tests.</summary>
internal static class FaultProgram
{
    private const string Compiler = "/usr/bin/gcc";

    private static readonly Lazy<Task<string>> Compiled = new(CompileAsync);

    /// <summary>The program's path; without a compiler the test is skipped, or fails on CI.</summary>
    public static Task<string> PathAsync()
    {
        if (!File.Exists(Compiler))
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "gcc is missing");
            Assert.Skip("gcc is missing");
        }

        return Compiled.Value;
    }

    private static async Task<string> CompileAsync()
    {
        string source = Path.Combine(AppContext.BaseDirectory, "inject.c");
        string program = Path.Combine(Directory.CreateTempSubdirectory("scailfin-inject-").FullName, "inject");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Path.GetDirectoryName(program)!, recursive: true);
        using Process process = Process.Start(Compiler, ["-O1", "-o", program, source]);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return program;
    }
}
