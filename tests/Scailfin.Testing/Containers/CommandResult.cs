namespace Scailfin.Testing.Containers;

/// <summary>What a program left behind.</summary>
public sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>The output of a program that must succeed; an exception with all of it otherwise.</summary>
    public string OutputOfSuccess() => ExitCode == 0
        ? Output
        : throw new InvalidOperationException($"Exit code {ExitCode}: {Error}{Output}");
}
