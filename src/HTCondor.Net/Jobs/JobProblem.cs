namespace HTCondor.Net.Jobs;

/// <summary>Something in a <see cref="JobDescription"/> that HTCondor would misread, or take and never run.</summary>
/// <param name="Attribute">The ClassAd attribute that it would become.</param>
/// <param name="Value">The value, shortened; of environment variables the name only.</param>
/// <param name="Rule">What it has to be.</param>
public sealed record JobProblem(string Attribute, string Value, string Rule)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Attribute} = '{Value}': {Rule}";
}
