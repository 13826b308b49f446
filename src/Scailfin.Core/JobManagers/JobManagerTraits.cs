namespace Scailfin.Core.JobManagers;

/// <summary>How the files of a job reach it.</summary>
public enum StagingMode
{
    /// <summary>The job sees the workspace itself.</summary>
    Shared,

    /// <summary>Files are sent and brought back.</summary>
    Transfer,

    /// <summary>Files travel through the submit host's I/O proxy.</summary>
    Chirp,
}

/// <summary>The properties of a job manager that the service needs in order to drive it.</summary>
public sealed record JobManagerTraits
{
    /// <summary>Whether its jobs leave a receipt.</summary>
    public required bool HasReceipt { get; init; }

    /// <summary>How files reach its jobs.</summary>
    public required IReadOnlyList<StagingMode> Staging { get; init; }

    /// <summary>How long the backend must answer that it does not know an attempt before that counts as a failure.</summary>
    public required TimeSpan NotKnownBound { get; init; }

    /// <summary>How often the backend is polled when there is no hint of a change.</summary>
    public required TimeSpan ObserveInterval { get; init; }

    /// <summary>The maximum number of attempts at the backend; the others wait in the service's store.</summary>
    public required int InFlightLimit { get; init; }

    /// <summary>How many attempts beyond the first an infrastructure failure before the step's start may cost; 0 for none.</summary>
    public int RestartLimit { get; init; }

    /// <summary>How long collecting an ended attempt is tried again; then the job fails with the last error.</summary>
    public TimeSpan CollectBound { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long a backend may be unreachable, or an attempt not be observed, before its jobs fail (design, section 3).
    /// </summary>
    public TimeSpan UnreachableBound { get; init; } = TimeSpan.FromHours(24);
}
