using System.Security.Cryptography;
using System.Text;
using Scailfin.Core.Workspaces;
using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Access;

/// <summary>
/// The administrator's token: made at first start, kept in a file that only the service's user can read (design, section 1).
/// </summary>
internal sealed class AdministratorToken
{
    /// <summary>The owner of jobs that are submitted with the administrator's token.</summary>
    public const string UserName = "admin";

    private const int Shortest = 32;
    private const int LongestFile = 64 << 10;

    private readonly byte[] _digest;

    private AdministratorToken(string token)
    {
        _digest = Digest(token);
    }

    /// <summary>Reads the token, or makes it where there is none.</summary>
    /// <exception cref="SettingsException">The file holds none that could be one: an empty one would let everybody in.</exception>
    public static AdministratorToken LoadOrMake(DataDirectory data)
    {
        try
        {
            var onlyMine = new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            };

            // Written aside and linked into place by the rename: a reader never sees half a token.
            string aside = $"{data.TokenFile}.{Environment.ProcessId}";
            using (var file = new FileStream(aside, onlyMine))
            {
                file.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)) + "\n"));
                file.Flush(flushToDisk: true);
            }

            try
            {
                File.Move(aside, data.TokenFile, overwrite: false);
            }
            finally
            {
                File.Delete(aside);
            }
        }
        catch (IOException) when (File.Exists(data.TokenFile))
        {
            // There is one already.
        }

        string token = Read(data.TokenFile);
        return token.Length >= Shortest
            ? new AdministratorToken(token)
            : throw new SettingsException(
                [
                    $"{data.TokenFile} holds {token.Length} characters, but a token has at least {Shortest}; "
                        + "remove the file, and a new one is made",
                ]);
    }

    private static string Read(string path)
    {
        try
        {
            return Encoding.UTF8.GetString(RegularFile.ReadAll(path, LongestFile)).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new SettingsException([$"The administrator's token in {path} cannot be read: {exception.Message}"]);
        }
    }

    /// <summary>Whether this is the digest of it; takes the same time for every wrong one.</summary>
    public bool Matches(ReadOnlySpan<byte> digest) => CryptographicOperations.FixedTimeEquals(_digest, digest);

    /// <summary>Returns the digest by which tokens are compared.</summary>
    public static byte[] Digest(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
