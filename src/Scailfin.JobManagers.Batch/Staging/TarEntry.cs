namespace Scailfin.JobManagers.Batch.Staging;

/// <summary>The header of a file in an archive.</summary>
/// <param name="Type">As tar has it: 0 file, 1 second name of a file, 2 link, 5 directory.</param>
/// <param name="Name">Raw.</param>
/// <param name="LinkName">Raw; where it leads, or which file it is a second name of.</param>
/// <param name="Size">Bytes of content.</param>
/// <param name="Mode">Permissions.</param>
/// <param name="ModifiedAt">By the clock of who packed it.</param>
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
