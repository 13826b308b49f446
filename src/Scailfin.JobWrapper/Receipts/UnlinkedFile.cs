using Scailfin.Core.Workspaces;

namespace Scailfin.JobWrapper.Receipts;

/// <summary>
/// Reads files that another user may have replaced: a link, a pipe or a device under the name is refused by the system call itself.
/// </summary>
internal static class UnlinkedFile
{
    /// <summary>Reads a file; null if it does not exist.</summary>
    /// <exception cref="FormatException">The path is not a regular file, or the file is longer than the limit.</exception>
    /// <exception cref="IOException">The file cannot be opened or read, so it is not known whether it exists.</exception>
    /// <exception cref="UnauthorizedAccessException">The same, because a right is missing.</exception>
    public static ReadOnlyMemory<byte>? Read(string path, int limit)
    {
        ReadOnlyMemory<byte>? content = ReadHead(path, limit + 1);
        return content?.Length > limit ? throw new FormatException($"{path} is longer than {limit} bytes.") : content;
    }

    /// <summary>Reads at most <paramref name="count"/> bytes from the beginning of a file; null if it does not exist.</summary>
    /// <inheritdoc cref="Read"/>
    public static ReadOnlyMemory<byte>? ReadHead(string path, int count)
    {
        try
        {
            return RegularFile.ReadHead(path, count);
        }
        catch (NotARegularFileException exception)
        {
            throw new FormatException(exception.Message, exception);
        }
    }
}
