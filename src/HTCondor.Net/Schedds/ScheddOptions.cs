using HTCondor.Net.Transports.CommandLine;
using HTCondor.Net.Transports.Native;

namespace HTCondor.Net.Schedds;

/// <summary>The transport of the calls.</summary>
public enum TransportChoice
{
    /// <summary>Natively if that works here, else by the command line.</summary>
    Automatic,

    /// <summary>Through HTCondor's library, in a worker process.</summary>
    Native,

    /// <summary>Through HTCondor's tools.</summary>
    CommandLine,
}

/// <summary>The schedd and the transport to it.</summary>
public sealed record ScheddOptions
{
    /// <summary>The schedd.</summary>
    /// <value>The default value is this machine's own.</value>
    public ScheddLocation Location { get; init; } = ScheddLocation.Local;

    /// <summary>The transport of the calls.</summary>
    /// <value>The default value is automatic.</value>
    public TransportChoice Transport { get; init; }

    /// <summary>Bounds of each call that is given none of its own.</summary>
    public CallOptions Call { get; init; } = CallOptions.Default;

    /// <summary>The native transport's worker; null for <c>htcondor-net-worker</c> beside this program or in PATH.</summary>
    public NativeTransportOptions? Native { get; init; }

    /// <summary>How the tools are started.</summary>
    public CommandLineOptions CommandLine { get; init; } = new();
}
