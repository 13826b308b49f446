using System.Numerics;

namespace Scailfin.JobManagers.Kubernetes.Options;

/// <summary>An amount of memory as a fraction of bytes, so that nothing is rounded: <c>0.3Ki</c> is not a whole number of bytes.</summary>
public readonly record struct MemoryAmount(BigInteger Numerator, BigInteger Denominator)
{
    /// <summary>Compares by value: two amounts that are written differently may be the same.</summary>
    public bool IsMoreThan(MemoryAmount other) => Numerator * other.Denominator > other.Numerator * Denominator;
}
