namespace Scailfin.Testing;

/// <summary>
/// How many files are in folders, and how much is in them: a picture of progress where steps, schedulers and services leave files.
/// </summary>
public static class FilesPicture
{
    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = true,
        // Hidden files count; links may lead out.
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    public static string Of(params string[] folders)
    {
        try
        {
            FileInfo[] files = [.. folders.Where(Directory.Exists).SelectMany(folder =>
                new DirectoryInfo(folder).EnumerateFiles("*", Everything))];
            return $"{files.Length} files with {files.Sum(file => file.Length)} bytes";
        }
        catch (IOException)
        {
            return "files that vanish";
        }
    }
}
