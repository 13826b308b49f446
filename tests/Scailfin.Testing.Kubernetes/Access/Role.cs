namespace Scailfin.Testing.Kubernetes.Access;

/// <summary>The rules of a Role, bound to one ServiceAccount in one namespace.</summary>
public sealed record Role(IReadOnlyList<RoleRule> Rules)
{
    /// <summary>May do nothing.</summary>
    public static readonly Role Nothing = new([]);

    internal bool Allows(string verb, string group, string resource, string? name) =>
        Rules.Any(rule => Has(rule.Verbs, verb)
            && Has(rule.ApiGroups, group)
            && Has(rule.Resources, resource)
            && (rule.ResourceNames.Count == 0 || (name is not null && rule.ResourceNames.Contains(name))));

    private static bool Has(IReadOnlyList<string> granted, string asked) => granted.Contains("*") || granted.Contains(asked);
}

/// <summary>As in the YAML of a Role.</summary>
public sealed record RoleRule(IReadOnlyList<string> ApiGroups, IReadOnlyList<string> Resources, IReadOnlyList<string> Verbs)
{
    public IReadOnlyList<string> ResourceNames { get; init; } = [];
}
