namespace Scailfin.Core.Telemetry;

/// <summary>The bounds of the histograms' buckets: each costs a series for every combination of labels.</summary>
internal static class Buckets
{
    /// <summary>Bounds in seconds, from a local submission to a run of several days.</summary>
    public static readonly double[] OfPhases = [0.01, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400, 43_200, 86_400, 259_200];

    /// <summary>Bucket bounds for backend calls: from a call in the same process to the timeouts of the managers.</summary>
    public static readonly double[] OfCalls = [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    /// <summary>Bucket bounds for commits: from one in memory to one on a slow database.</summary>
    public static readonly double[] OfCommits = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5];

    /// <summary>Up to the largest group of the journal.</summary>
    public static readonly int[] OfGroups = [1, 2, 4, 8, 16, 32, 64, 128, 256];
}
