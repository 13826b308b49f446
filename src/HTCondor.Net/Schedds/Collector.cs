namespace HTCondor.Net.Schedds;

/// <summary>A pool's collector, which knows the addresses of its schedds.</summary>
/// <param name="transport">The transport of the calls; not disposed of.</param>
/// <param name="pool">The collector, <c>host</c> or <c>host:port</c>; null for the configured one.</param>
public sealed class Collector(IScheddTransport transport, string? pool = null)
{
    /// <summary>Finds the address and the version of a schedd.</summary>
    /// <param name="schedd">The schedd's name, <c>schedd@host</c>; null for this machine's own.</param>
    /// <param name="call">Bounds of the call; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="HTCondorException">The collector does not know the schedd, or could not be reached.</exception>
    public Task<ScheddInformation> LocateAsync(
        string? schedd = null, CallOptions? call = null, CancellationToken cancellationToken = default) =>
        transport.LocateAsync(new ScheddLocation { Name = schedd, Pool = pool }, call ?? CallOptions.Default, cancellationToken);
}
