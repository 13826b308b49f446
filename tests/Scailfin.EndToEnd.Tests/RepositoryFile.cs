namespace Scailfin.EndToEnd.Tests;

/// <summary>Files of this repository.</summary>
internal static class RepositoryFile
{
    /// <summary>The path of a file that is named from the repository's root.</summary>
    public static string Path(string name)
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(System.IO.Path.Combine(folder, "Scailfin.sln")))
        {
            folder = System.IO.Path.GetDirectoryName(folder)
                ?? throw new InvalidOperationException("The tests do not run in the repository.");
        }

        return System.IO.Path.Combine(folder, name);
    }
}
