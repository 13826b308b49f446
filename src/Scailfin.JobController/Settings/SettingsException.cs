namespace Scailfin.JobController.Settings;

/// <summary>The settings are not as they must be.</summary>
internal sealed class SettingsException(IReadOnlyList<string> problems) : Exception(string.Join("; ", problems))
{
    public IReadOnlyList<string> Problems { get; } = problems;
}
