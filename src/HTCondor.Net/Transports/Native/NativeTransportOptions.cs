namespace HTCondor.Net.Transports.Native;

/// <summary>How the native transport's workers are started and bounded. One transport is one identity: that of its workers.</summary>
public sealed record NativeTransportOptions
{
    /// <summary>The worker's program, <c>htcondor-net-worker</c>; a name without a folder is looked up in PATH.</summary>
    public required string WorkerProgram { get; init; }

    /// <summary>
    /// A program and its arguments that start the worker on another host or as another user: <c>docker exec -i -u alice ID</c>. Empty for
    /// none.
    /// </summary>
    public IReadOnlyList<string> CommandPrefix { get; init; } = [];

    /// <summary>The operating system's user whom the worker becomes; only root can ask for it. Null for one's own.</summary>
    public string? UserName { get; init; }

    /// <summary>
    /// Set for the worker, beside a few of one's own (PATH, HOME, the locale, CONDOR_CONFIG and _CONDOR_*, KRB5*), which are all that it
    /// gets. An identity by token is <c>_CONDOR_SEC_TOKEN_DIRECTORY</c>, a folder with that one token.
    /// </summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>libcondor_utils, or the folder that it is in; null for the usual places.</summary>
    public string? Library { get; init; }

    /// <summary>How many workers there are; each serves one call at a time.</summary>
    /// <value>The default value is 1; from 1 to 64.</value>
    public int Workers { get; init; } = 1;

    /// <summary>How many calls may wait for a worker; one more fails at once.</summary>
    /// <value>The default value is 1000; at least 1.</value>
    public int LongestQueue { get; init; } = 1000;

    /// <summary>How long a worker may take from its start to its hello.</summary>
    /// <value>The default value is 10 seconds.</value>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The first worker after one that died comes at once; after a second failure in a row it is so long until the next start, then twice
    /// that.
    /// </summary>
    /// <value>The default value is 0.2 seconds.</value>
    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest time between two starts.</summary>
    /// <value>The default value is 5 seconds.</value>
    public TimeSpan LongestBackoff { get; init; } = TimeSpan.FromSeconds(5);

    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    internal void Validate()
    {
        if (string.IsNullOrWhiteSpace(WorkerProgram))
            throw new ArgumentException($"{nameof(WorkerProgram)} is empty: the path of htcondor-net-worker is needed.");
        if (Workers is < 1 or > 64)
            throw new ArgumentException($"{nameof(Workers)} is {Workers}: from 1 to 64.");
        if (LongestQueue < 1)
            throw new ArgumentException($"{nameof(LongestQueue)} is {LongestQueue}: at least 1.");
        if (StartTimeout <= TimeSpan.Zero || FirstBackoff <= TimeSpan.Zero || LongestBackoff < FirstBackoff)
            throw new ArgumentException(
                $"{nameof(StartTimeout)} ({StartTimeout}) and {nameof(FirstBackoff)} ({FirstBackoff}) are above zero, "
                    + $"{nameof(LongestBackoff)} ({LongestBackoff}) is not below the latter.");
    }
}
