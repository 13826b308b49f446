namespace Scailfin.JobWrapper.Sites;

/// <summary>Checks which image names may be used at a site.</summary>
internal static class ImageName
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
        bool hasScheme = image.StartsWith(DockerScheme, StringComparison.Ordinal);

        // What a runtime is given is the name without the scheme.
        string name = hasScheme ? image[DockerScheme.Length..] : image;
        if (name.StartsWith('-'))
            return $"docker_img: '{image}' begins with a hyphen.";
        if (name.Split('/', ':').Contains(".."))
            return $"docker_img: '{image}' contains '..'.";
        if (name.Length == 0)
            return !hasScheme && profile.Runtimes.Contains("none")
                ? null
                : "docker_img: an image is needed, because this backend runs every step in a container.";
        if (!hasScheme && name[0] == '/')
            return PathProblem(image, profile);

        // Podman also takes TRANSPORT:/PATH, a file of the node.
        return name[0] == '/' || name.Contains(":/", StringComparison.Ordinal)
            ? $"docker_img: '{image}' is neither the name of a Docker image (with or without '{DockerScheme}'), nor a path."
            : null;
    }

    private static string? PathProblem(string image, SiteProfile profile)
    {
        if (profile.ImageDirectories.Any(directory => image.StartsWith(directory.TrimEnd('/') + "/", StringComparison.Ordinal)))
            return null;
        return profile.ImageDirectories is [var only]
            ? $"docker_img: '{image}' does not lie in this backend's image directory '{only}'."
            : $"docker_img: '{image}' does not lie in any of this backend's image directories "
                + $"({string.Join(", ", profile.ImageDirectories)}).";
    }
}
