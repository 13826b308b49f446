using System.Globalization;
using System.Runtime.InteropServices;

namespace HTCondor.Net;

/// <summary>The id of a job in its schedd.</summary>
/// <param name="Cluster">The cluster, from 1.</param>
/// <param name="Proc">The proc within it, from 0.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct JobKey(int Cluster, int Proc)
{
    /// <summary>Formats the id as the command line does: <c>12.0</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Cluster}.{Proc}");
}
