using System.Text.Json.Serialization;

namespace HTCondor.Net.Transports.Native.Protocol;

/// <summary>What a request asks for.</summary>
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
