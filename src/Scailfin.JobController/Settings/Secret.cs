namespace Scailfin.JobController.Settings;

/// <summary>A value that is never shown: whatever prints it prints asterisks. Whoever needs the value asks for it by name.</summary>
internal sealed class Secret(string value)
{
    /// <summary>What is shown instead.</summary>
    public const string Shown = "***";

    public string Reveal() => value;

    public override string ToString() => Shown;
}
