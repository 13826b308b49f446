namespace HTCondor.Net.Transports.CommandLine;

/// <summary>How HTCondor's tools are started and bounded. One transport is one identity: the user that they run as.</summary>
public sealed record CommandLineOptions
{
    /// <summary>
    /// A program and its arguments that start a tool on another host or as another user: <c>docker exec -i -u alice ID</c>,
    /// <c>sudo -u alice</c>. Empty for none. The program must pass on the tool's standard input, output
    /// and error, and its exit code.
    /// </summary>
    public IReadOnlyList<string> CommandPrefix { get; init; } = [];

    /// <summary>The directory of the tools; null to look them up in PATH.</summary>
    public string? Directory { get; init; }

    /// <summary>
    /// Set for the tools, beside a few of one's own (PATH, HOME, the locale, CONDOR_CONFIG and _CONDOR_*, KRB5*), which are all that they
    /// get. A prefix may hand on none of it.
    /// </summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The most that a tool may print; more fails the call. At least 1,024.</summary>
    /// <value>The default value is 256 MiB: about 100,000 whole job ads.</value>
    public int MaxOutputBytes { get; init; } = 256 * 1024 * 1024;

    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    internal void Validate()
    {
        if (MaxOutputBytes < 1024)
            throw new ArgumentException($"{nameof(MaxOutputBytes)} is {MaxOutputBytes}: at least 1024.");
        if (CommandPrefix.Any(word => word.Contains('\0', StringComparison.Ordinal))
            || (CommandPrefix.Count > 0 && CommandPrefix[0].Length == 0))
            throw new ArgumentException($"{nameof(CommandPrefix)} names no program, or contains a NUL.");
    }
}
