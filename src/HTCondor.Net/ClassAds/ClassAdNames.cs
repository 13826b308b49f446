namespace HTCondor.Net.ClassAds;

/// <summary>Names of attributes.</summary>
internal static class ClassAdNames
{
    private static readonly HashSet<string> Reserved =
        new(["true", "false", "undefined", "error", "is", "isnt"], StringComparer.OrdinalIgnoreCase);

    public static bool IsName(string name) => IsWord(name) && !Reserved.Contains(name);

    public static bool IsWord(string name)
    {
        if (name.Length == 0 || char.IsAsciiDigit(name[0]))
            return false;
        foreach (char letter in name)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter != '_')
                return false;
        }

        return true;
    }

    public static string Checked(string name) => IsName(name)
        ? name
        : throw new ArgumentException(
            $"'{name}' is not the name of a ClassAd attribute: "
                + "a letter or underscore, then letters, digits and underscores, and no word of the language.",
            nameof(name));
}
