using Xunit;

namespace Scailfin.Testing;

/// <summary>What tests measured: in their output, and in the file SCAILFIN_TEST_FIGURES if that is set.</summary>
public static class Figures
{
    private static readonly Lock Gate = new();

    public static void Add(string line)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        if (Environment.GetEnvironmentVariable("SCAILFIN_TEST_FIGURES") is not { Length: > 0 } file)
            return;
        lock (Gate)
            File.AppendAllText(file, $"{line}\n");
    }
}
