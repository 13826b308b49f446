using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using Scailfin.JobController.Settings;

namespace Scailfin.JobController.Access;

/// <summary>
/// The public keys of the identity provider, a JSON Web Key Set in a file (RFC 7517). A file that can no longer be read changes nothing:
/// an operator who replaces it in place must not lock everybody out.
/// </summary>
internal sealed class SigningKeys
{
    private const int ShortestRsa = 2048;

    private readonly WatchedFile<IReadOnlyList<SecurityKey>> _file;

    /// <exception cref="SettingsException">The file cannot be used at the start.</exception>
    public SigningKeys(string path, TimeProvider time, ILogger logger)
    {
        try
        {
            IReadOnlyList<SecurityKey> first = Read(WatchedFile<IReadOnlyList<SecurityKey>>.Read(path));
            _file = new(path, Read, first, keys => keys, optional: false, time, logger);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException([$"{JwtSettings.KeysVariable}: {exception.Message}"]);
        }
        catch (InvalidDataException exception)
        {
            throw new SettingsException([$"{JwtSettings.KeysVariable}: '{path}' cannot be used: {exception.Message}"]);
        }
    }

    /// <summary>Returns the keys of that id; all keys where none has it or the id is missing.</summary>
    public IEnumerable<SecurityKey> Find(string? id)
    {
        IReadOnlyList<SecurityKey> keys = _file.Value;
        return !string.IsNullOrEmpty(id) && keys.Where(key => key.KeyId == id).ToList() is { Count: > 0 } named ? named : keys;
    }

    /// <summary>Reads the public keys; symmetric keys in the set are ignored, because who holds one can also sign.</summary>
    private static IReadOnlyList<SecurityKey> Read(ReadOnlyMemory<byte> text)
    {
        try
        {
            SecurityKey[] keys =
            [
                .. new JsonWebKeySet(Encoding.UTF8.GetString(text.Span)).GetSigningKeys()
                    .Where(key => key is ECDsaSecurityKey or RsaSecurityKey { KeySize: >= ShortestRsa }),
            ];
            return keys.Length > 0
                ? keys
                : throw new InvalidDataException($"it has no EC key and no RSA key of {ShortestRsa} bits or more for signatures");
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or FormatException)
        {
            throw new InvalidDataException("it is not a JSON Web Key Set", exception);
        }
    }
}
