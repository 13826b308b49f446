using HTCondor.Net.Schedds;

namespace HTCondor.Net.Transports.Native.Protocol;

/// <summary>One line from the worker, if it is not an ad of an answer: one of the properties is set.</summary>
internal sealed record WorkerReply
{
    public long Id { get; init; }

    public WorkerHello? Hello { get; init; }

    /// <summary>The next step may change something: "go" or "leave" is awaited.</summary>
    public bool Ready { get; init; }

    public WorkerResult? Result { get; init; }

    public HTCondorError? Error { get; init; }

    /// <summary>The library found itself in a state that it did not expect; the worker ends.</summary>
    public string? Except { get; init; }
}

/// <summary>The end of an answer.</summary>
internal sealed record WorkerResult
{
    public int Cluster { get; init; }

    public ScheddInformation? Schedd { get; init; }

    /// <summary>The outcomes of an action: cluster, proc and the library's code of each job, one after the other.</summary>
    public int[]? Outcomes { get; init; }
}
