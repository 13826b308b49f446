namespace Scailfin.Testing.Kubernetes.Admission;

/// <summary>The five characters that Kubernetes appends to a generateName.</summary>
internal static class RandomName
{
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    public static string Suffix() => new(Random.Shared.GetItems(Alphabet.AsSpan(), 5));
}
