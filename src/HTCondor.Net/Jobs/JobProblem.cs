namespace HTCondor.Net.Jobs;

/// <summary>Something in a <see cref="JobDescription"/> that HTCondor would misread, or take and never run.</summary>
/// <param name="Attribute">The ClassAd attribute that the property sets.</param>
/// <param name="Value">The value, shortened; of an environment variable only the name.</param>
/// <param name="Rule">The rule that the value breaks.</param>
public sealed record JobProblem(string Attribute, string Value, string Rule)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Attribute} = '{Value}': {Rule}";
}
