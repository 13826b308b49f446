namespace HTCondor.Net.Schedds;

/// <summary>Bounds of one call.</summary>
public sealed record CallOptions
{
    /// <summary>Default values.</summary>
    public static CallOptions Default { get; } = new();

    /// <summary>The time after which the caller gets an error if there is no answer. Above zero.</summary>
    /// <value>The default value is 30 seconds.</value>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The user on whose behalf the call is made, if the authenticated user may act for others (queue super user); null for himself.
    /// </summary>
    public string? EffectiveOwner { get; init; }
}
