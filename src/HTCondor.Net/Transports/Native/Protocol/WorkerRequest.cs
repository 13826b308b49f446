using System.Text.Json.Serialization;
using HTCondor.Net.Schedds;

namespace HTCondor.Net.Transports.Native.Protocol;

/// <summary>One line to the worker. Ads are lists of names and expressions in turn; a job is <c>12.0</c>.</summary>
internal sealed record WorkerRequest
{
    public required long Id { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required WorkerOperation Operation { get; init; }

    public ScheddLocation? Schedd { get; init; }

    public string? Owner { get; init; }

    /// <summary>The timeout of each network operation, if the library allows one to be set.</summary>
    public int TimeoutSeconds { get; init; }

    public string[]? Shared { get; init; }

    public string[][]? Ads { get; init; }

    public bool Spool { get; init; }

    public string[]? Jobs { get; init; }

    public string? Constraint { get; init; }

    public string[]? Projection { get; init; }

    public int? Limit { get; init; }

    public string? Since { get; init; }

    public JobAction Action { get; init; }

    public string? Reason { get; init; }
}
