namespace HTCondor.Net.Schedds;

/// <summary>The schedd. With nothing set: the one of this machine's own configuration.</summary>
public sealed record ScheddLocation
{
    /// <summary>This machine's own.</summary>
    public static ScheddLocation Local { get; } = new();

    /// <summary>The schedd's name, looked up in the collector: <c>schedd@host</c>.</summary>
    public string? Name { get; init; }

    /// <summary>The collector to ask, <c>host</c> or <c>host:port</c>; null for the configured one.</summary>
    public string? Pool { get; init; }

    /// <summary>The schedd's own address (a "sinful string", <c>&lt;10.1.2.3:9618?...&gt;</c>); then no collector is queried.</summary>
    public string? Address { get; init; }
}

/// <summary>The name, address and version that a schedd reports.</summary>
/// <param name="Name">The schedd's name in the collector.</param>
/// <param name="Address">The schedd's sinful string.</param>
/// <param name="Version">HTCondor's version text, such as <c>$CondorVersion: 23.9.6 ...$</c>.</param>
public sealed record ScheddInformation(string Name, string Address, string Version);
