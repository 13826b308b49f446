using System.Text.Json.Serialization;

namespace HTCondor.Net.Transports.Native.Protocol;

/// <summary>The operation of a request.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WorkerOperation>))]
internal enum WorkerOperation
{
    Locate,
    Submit,
    Query,
    History,
    Act,
    Edit,
    Spool,
    Retrieve,

    /// <summary>The answer to "ready": do it.</summary>
    Go,

    /// <summary>The answer to "ready": leave it.</summary>
    Leave,
}
