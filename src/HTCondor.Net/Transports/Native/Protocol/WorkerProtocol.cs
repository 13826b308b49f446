namespace HTCondor.Net.Transports.Native.Protocol;

/// <summary>
/// The protocol between the service and the worker: one JSON object per line, UTF-8, requests on the worker's standard input, replies on
/// its standard output. The worker begins with a hello. It then serves one request at a time; before a call that may change something at
/// the schedd it sends "ready" and waits for "go": without it the worker changes nothing, even if either process dies.
/// </summary>
internal static class WorkerProtocol
{
    /// <summary>The protocol's version; both sides must have the same one.</summary>
    public const int Version = 1;

    /// <summary>Bytes, in both directions. A longer line ends the worker.</summary>
    public const int LongestLine = 64 * 1024 * 1024;

    /// <summary>
    /// How a reply with an ad begins: its id follows, then <see cref="AdProperty"/> and the ad itself, as the library printed it.
    /// </summary>
    public static ReadOnlySpan<byte> AdStart => "{\"id\":"u8;

    /// <summary>Between the id and the ad.</summary>
    public static ReadOnlySpan<byte> AdProperty => ",\"ad\":"u8;
}
