namespace Scailfin.JobController.Settings;

/// <summary>A setting as <c>scailfin config</c> shows it.</summary>
/// <param name="Name">The variable that sets it.</param>
/// <param name="Value">The value in effect, asterisks for a secret; null for none.</param>
/// <param name="Source">The variable that the value is from, or <see cref="Default"/>.</param>
internal sealed record EffectiveSetting(string Name, string? Value, string Source)
{
    public const string Default = "default";
}
