namespace Scailfin.JobController.Settings;

/// <summary>A value that is never shown: its text is asterisks. Code that needs the value reads it by name.</summary>
internal sealed class Secret(string value)
{
    /// <summary>The text that is shown instead.</summary>
    public const string Shown = "***";

    public string Reveal() => value;

    public override string ToString() => Shown;
}
