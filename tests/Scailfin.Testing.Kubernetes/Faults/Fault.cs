using Scailfin.Testing.Kubernetes.Http;

namespace Scailfin.Testing.Kubernetes.Faults;

/// <summary>Where a request is lost.</summary>
internal enum LostAt
{
    Nowhere,
    Request,
    Answer,
    Body,

    /// <summary>It is held, not lost.</summary>
    Never,
}

internal sealed record Fault
{
    public ApiAnswer? Answer { get; init; }
    public LostAt Lost { get; init; }
    public TimeSpan DelayedBy { get; init; }
    public WatchFault? Watch { get; init; }
}
