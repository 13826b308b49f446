namespace Scailfin.Testing.Kubernetes.Access;

/// <summary>Who asks, and what they may: null for everything.</summary>
internal sealed record ApiUser(string Name, Role? Role);
