namespace Scailfin.JobManagers.Batch.Staging;

/// <summary>The header of a file in an archive.</summary>
/// <param name="Type">The type as in tar: 0 file, 1 hard link, 2 symbolic link, 5 directory.</param>
/// <param name="Name">The raw name.</param>
/// <param name="LinkName">The raw target of a symbolic or hard link.</param>
/// <param name="Size">The size of the content in bytes.</param>
/// <param name="Mode">Permissions.</param>
/// <param name="ModifiedAt">The modification time, by the clock of the machine that packed the archive.</param>
internal sealed record TarEntry(char Type, string Name, string LinkName, long Size, UnixFileMode Mode, DateTime ModifiedAt)
{
    public const int Block = 512;

    public bool IsFile => Type is '0' or '\0' or '7';

    public bool IsSecondName => Type == '1';

    public bool IsLink => Type == '2';

    public bool IsDirectory => Type == '5';

    /// <summary>A pipe or a device.</summary>
    public bool IsSpecial => Type is '3' or '4' or '6';

    /// <summary>Bytes of content with what fills up its last block.</summary>
    public static long Padded(long size) => (size + Block - 1) / Block * Block;
}
