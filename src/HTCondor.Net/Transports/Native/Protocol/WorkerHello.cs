using System.Text.Json.Serialization;

namespace HTCondor.Net.Transports.Native.Protocol;

/// <summary>The worker's first line: what it found.</summary>
internal sealed record WorkerHello
{
    public required int Protocol { get; init; }

    /// <summary>The process id as the worker itself sees it, inside its container.</summary>
    public required int ProcessId { get; init; }

    /// <summary>0 is root.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required int UserId { get; init; }

    /// <summary>The library's file; null if none was found.</summary>
    public string? Library { get; init; }

    /// <summary><c>$CondorVersion: 23.9.6 ...$</c>.</summary>
    public string? CondorVersion { get; init; }

    /// <summary>Reasons not to use the library; empty for none.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>Symbols that the library lacks; a part of the problems.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>The checks that were made, with their outcomes.</summary>
    public IReadOnlyList<string> Checks { get; init; } = [];
}
