using Xunit;
using Xunit.Sdk;

namespace Scailfin.Testing.Faults;

/// <summary>Runs a test in a process of its own under the injector, so that the code that is tested meets the faults.</summary>
public static class InjectedTest
{
    private const string RootVariable = "SCAILFIN_TEST_FAULTS_ROOT";

    /// <summary>Whether this process runs under the injector.</summary>
    public static bool IsHere => Environment.GetEnvironmentVariable(FaultInjector.Variable) is { Length: > 0 };

    /// <summary>The injector of this process, and the directory beneath which calls on files can fail.</summary>
    public static (FaultInjector Injector, string Root) Here()
    {
        var injector = new FaultInjector(Environment.GetEnvironmentVariable(FaultInjector.Variable)!);
        injector.Only(Environment.ProcessId);
        return (injector, Environment.GetEnvironmentVariable(RootVariable)!);
    }

    /// <summary>Runs the current test again, in a process under the injector; it must pass there.</summary>
    public static async Task RunAsync()
    {
        string folder = Directory.CreateTempSubdirectory("scailfin-faults-").FullName;
        try
        {
            using var injector = new FaultInjector(Path.Combine(folder, "control"));
            ITestMethod method = TestContext.Current.TestMethod!;
            string program = Path.ChangeExtension(TestContext.Current.TestAssembly!.AssemblyPath, null);
            string root = Directory.CreateDirectory(Path.Combine(folder, "root")).FullName;
            (int code, string output) = await injector.RunAsync(
                root,
                [program, "-method", $"{method.TestClass.TestClassName}.{method.MethodName}"],
                new Dictionary<string, string> { [FaultInjector.Variable] = injector.Control, [RootVariable] = root });
            Assert.True(code == 0, output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
