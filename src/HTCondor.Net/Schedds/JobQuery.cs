using HTCondor.Net.ClassAds;

namespace HTCondor.Net.Schedds;

/// <summary>A query of the queue: the jobs, and the attributes of each.</summary>
public sealed record JobQuery
{
    /// <summary>Null for all jobs.</summary>
    public ClassAdExpression? Constraint { get; init; }

    /// <summary>Names of attributes; empty for all of them.</summary>
    public IReadOnlyList<string> Projection { get; init; } = [];

    /// <summary>The most ads that are wanted; null for all.</summary>
    public int? Limit { get; init; }
}

/// <summary>A query of the history, newest first.</summary>
public sealed record HistoryQuery
{
    /// <summary>Null for all jobs.</summary>
    public ClassAdExpression? Constraint { get; init; }

    /// <summary>Names of attributes; empty for all of them.</summary>
    public IReadOnlyList<string> Projection { get; init; } = [];

    /// <summary>The most ads that are wanted; null for all. At least 1: <c>condor_history -limit 0</c> means no limit.</summary>
    public int? Limit { get; init; }

    /// <summary>The search ends at the first ad, from the newest, for which this is true; that ad is not in the answer.</summary>
    public ClassAdExpression? Since { get; init; }
}
