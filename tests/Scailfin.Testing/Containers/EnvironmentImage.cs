namespace Scailfin.Testing.Containers;

/// <summary>The images that tests/environment/build.sh makes.</summary>
public static class EnvironmentImage
{
    /// <summary>The full name of an image; its tag is the hash of tests/environment, or else the last that was built here.</summary>
    /// <param name="folder">Its folder in tests/environment, such as <c>hpc</c>.</param>
    public static string Named(string folder) =>
        $"scailfin-test/{folder}:"
            + (Environment.GetEnvironmentVariable("SCAILFIN_TEST_ENVIRONMENT") is { Length: > 0 } tag ? tag : "latest");
}
