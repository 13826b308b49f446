using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Scailfin.JobController.Json;

namespace Scailfin.JobController.Jobs;

/// <summary>
/// The digest of a request's values, independent of its formatting: SHA-256 over its values, members in ordinal order and of equal names
/// the last, numbers as they are written, strings as they are read (design, section 4.2). Each value begins with its kind and its
/// length, so different values never give the same bytes.
/// </summary>
internal sealed class CanonicalDigest : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    private CanonicalDigest()
    {
    }

    /// <summary>Returns the digest in hexadecimal.</summary>
    public static string Of(JsonElement request)
    {
        using var digest = new CanonicalDigest();
        digest.Add(request);
        return Convert.ToHexStringLower(digest._hash.GetHashAndReset());
    }

    public void Dispose() => _hash.Dispose();

    private void Add(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                OrderedDictionary<string, JsonElement> members = JsonText.Members(value);
                Begin('o', members.Count);
                foreach ((string name, JsonElement member) in members.OrderBy(member => member.Key, StringComparer.Ordinal))
                {
                    Add('s', name);
                    Add(member);
                }

                break;
            case JsonValueKind.Array:
                Begin('a', value.GetArrayLength());
                foreach (JsonElement member in value.EnumerateArray())
                    Add(member);
                break;
            case JsonValueKind.String:
                Add('s', JsonText.Lenient(value));
                break;
            default:
                // A number, or one of the literals true, false and null.
                Add('n', value.GetRawText());
                break;
        }
    }

    /// <summary>Adds a string as UTF-16: in UTF-8, all lone surrogates would give the same bytes.</summary>
    private void Add(char kind, string text)
    {
        Begin(kind, text.Length);
        _hash.AppendData(MemoryMarshal.AsBytes(text.AsSpan()));
    }

    private void Begin(char kind, int length)
    {
        Span<byte> head = stackalloc byte[5];
        head[0] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(head[1..], length);
        _hash.AppendData(head);
    }
}
