namespace Scailfin.JobController.Settings;

/// <summary>The settings are not as they must be. A problem may quote a file or a variable, and is shortened.</summary>
internal sealed class SettingsException : Exception
{
    private const int LongestProblem = 1000;

    public SettingsException(IReadOnlyList<string> problems)
        : base(string.Join("; ", problems.Select(Shortened))) => Problems = [.. problems.Select(Shortened)];

    public IReadOnlyList<string> Problems { get; }

    private static string Shortened(string problem) => problem.Length > LongestProblem ? problem[..LongestProblem] + "..." : problem;
}
