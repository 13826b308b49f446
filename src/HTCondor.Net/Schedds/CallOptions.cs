namespace HTCondor.Net.Schedds;

/// <summary>Bounds of one call.</summary>
public sealed record CallOptions
{
    /// <summary>Default values.</summary>
    public static CallOptions Default { get; } = new();

    /// <summary>When the caller gets an answer or an error, at the latest. Above zero.</summary>
    /// <value>The default value is 30 seconds.</value>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>On whose behalf, where the authenticated user may act for others (queue super user); null for himself.</summary>
    public string? EffectiveOwner { get; init; }
}
