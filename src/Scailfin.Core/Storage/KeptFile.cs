using System.Buffers;
using System.Security.Cryptography;
using Scailfin.Core.Jobs;

namespace Scailfin.Core.Storage;

/// <summary>The file of one specification's texts; equal to another one of the same name.</summary>
internal sealed record KeptFile : IKeptTexts
{
    private const int DigestBytes = 16;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("0123456789abcdef-");

    /// <exception cref="JobStoreException">The name, which is from a row, is not the name of such a file.</exception>
    public KeptFile(string directory, string name, long length)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(NameCharacters))
            throw new JobStoreException($"A row names the file '{name}' for the job's texts, which is not the name of such a file.");
        Directory = directory;
        Name = name;
        Length = length;
    }

    public string Directory { get; }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public long Length { get; }

    private string FullPath => Path.Combine(Directory, Name);

    public static string DigestOf(ReadOnlySpan<byte> content) =>
        Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, DigestBytes));

    /// <inheritdoc/>
    public SpecTexts Read() => Open(content: path =>
    {
        byte[] bytes = File.ReadAllBytes(path);
        if (!Name.EndsWith(DigestOf(bytes), StringComparison.Ordinal))
            throw new InvalidDataException("The file was changed since it was written.");
        using var stream = new MemoryStream(bytes);
        return SpecTextsFormat.Read(stream);
    });

    /// <inheritdoc/>
    public CommandReader OpenCommand() => Open(path =>
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1);
        try
        {
            return SpecTextsFormat.OpenCommand(stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    });

    /// <inheritdoc/>
    public void Settle()
    {
        // The file costs no memory, and the API still shows the command.
    }

    /// <summary>A failure counts as one of the store, so that the work on the job is tried again.</summary>
    private T Open<T>(Func<string, T> content)
    {
        try
        {
            return content(FullPath);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new JobStoreUnavailableException(
                $"The command and the environment of the job cannot be read from '{FullPath}': {exception.Message}", exception);
        }
    }
}
