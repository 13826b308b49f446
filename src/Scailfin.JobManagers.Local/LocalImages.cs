using Scailfin.JobWrapper;

namespace Scailfin.JobManagers.Local;

/// <summary>Which image names may be used here.</summary>
internal static class LocalImages
{
    /// <summary>
    /// Null where the image may be used, else what is wrong. A path must lie in the image directory: an image is what a step sees as its
    /// root, and not every directory of this machine is one.
    /// </summary>
    public static string? Problem(string image, SiteProfile profile)
    {
        if (image.Any(char.IsControl))
            return "docker_img: an image name has no control characters.";
        if (image.StartsWith('-'))
            return $"docker_img: '{image}' begins with a hyphen.";
        if (image.Split('/').Contains(".."))
            return $"docker_img: '{image}' contains '..'.";
        if (image.Length == 0)
            return profile.Runtimes.Contains("none") ? null : "docker_img: an image is needed, because this backend runs every step in a container.";
        return image[0] != '/' || image.StartsWith(profile.ImageDirectory.TrimEnd('/') + "/", StringComparison.Ordinal)
            ? null
            : $"docker_img: '{image}' does not lie in this backend's image directory '{profile.ImageDirectory}'.";
    }
}
