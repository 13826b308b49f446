using System.Text.RegularExpressions;

namespace Scailfin.JobWrapper.Sites;

/// <summary>Checks which image names may be used at a site.</summary>
internal static partial class ImageName
{
    private const int Longest = 1000;
    private const string DockerScheme = "docker://";

    /// <summary>
    /// Null if the image may be used, else what is wrong. A path must lie in an image directory of the site: an image is what a step
    /// sees as its root, and not every directory of a node is one.
    /// </summary>
    public static string? Problem(string image, SiteProfile profile)
    {
        if (image.Any(char.IsControl))
            return "docker_img: an image name has no control characters.";
        if (image.Length > Longest)
            return $"docker_img: an image name has at most {Longest} characters.";
        if (image.StartsWith('-'))
            return $"docker_img: '{image}' begins with a hyphen.";
        if (image.Split('/').Contains(".."))
            return $"docker_img: '{image}' contains '..'.";
        if (image.Length == 0)
            return profile.Runtimes.Contains("none")
                ? null
                : "docker_img: an image is needed, because this backend runs every step in a container.";
        if (image[0] == '/')
            return PathProblem(image, profile);
        int scheme = image.IndexOf("://", StringComparison.Ordinal);
        return scheme < 0 || image.StartsWith(DockerScheme, StringComparison.Ordinal)
            ? null
            : $"docker_img: '{image}' is neither the name of a Docker image (with or without '{DockerScheme}'), nor a path.";
    }

    /// <summary>Whether a registry could have an image of that name; others are looked up in the image directories only.</summary>
    public static bool IsRegistryName(string image) => RegistryName().IsMatch(Short(image));

    /// <summary>Returns the image's name without the scheme.</summary>
    public static string Short(string image) =>
        image.StartsWith(DockerScheme, StringComparison.Ordinal) ? image[DockerScheme.Length..] : image;

    private static string? PathProblem(string image, SiteProfile profile)
    {
        if (profile.ImageDirectories.Any(directory => image.StartsWith(directory.TrimEnd('/') + "/", StringComparison.Ordinal)))
            return null;
        return profile.ImageDirectories is [var only]
            ? $"docker_img: '{image}' does not lie in this backend's image directory '{only}'."
            : $"docker_img: '{image}' does not lie in any of this backend's image directories "
                + $"({string.Join(", ", profile.ImageDirectories)}).";
    }

    // The image reference grammar of the distribution project, simplified; only a name, with or without tag and digest, matches.
    [GeneratedRegex(
        "^[a-zA-Z0-9][a-zA-Z0-9._-]*(:[0-9]+)?(/[a-zA-Z0-9][a-zA-Z0-9._-]*)*(:[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127})?"
            + "(@[a-z0-9+._-]+:[a-fA-F0-9]{32,})?$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex RegistryName();
}
