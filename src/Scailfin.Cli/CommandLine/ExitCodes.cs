namespace Scailfin.Cli.CommandLine;

internal static class ExitCodes
{
    public const int Well = 0;

    /// <summary>The workflow or the request failed.</summary>
    public const int Failed = 1;

    /// <summary>Bad usage or a bad file: nothing was run.</summary>
    public const int Usage = 2;

    public const int Interrupted = 130;
}
