using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Scailfin.Core.Jobs;

/// <summary>The id of a job: what the API calls <c>job_id</c> and REANA's database <c>job.id_</c>.</summary>
public readonly record struct JobId(Guid Value)
{
    private static readonly Guid KeySpace = new("6f2d9a52-0f0e-4a35-9d64-4a1f6d0c3b1e");

    /// <summary>A new random id (UUIDv4).</summary>
    public static JobId New() => new(Guid.NewGuid());

    /// <summary>
    /// The id of the job that a user submits to a workflow under a key of his own: UUIDv5 (RFC 9562, section 5.5) of the three, each with its
    /// length before it, so that no two triples are the same text. The primary key of the row is thereby the lock.
    /// </summary>
    public static JobId FromKey(string user, Guid workflow, string key)
    {
        string name = $"{user.Length}:{user}{workflow:D}{key.Length}:{key}";
        byte[] input = [.. KeySpace.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(name)];
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // RFC 9562 asks for SHA-1; nothing secret rests on it.
        SHA1.HashData(input, hash);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new JobId(new Guid(hash[..16], bigEndian: true));
    }

    /// <summary>Reads the form with hyphens, in either case; anything else is not a job's id.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out JobId id)
    {
        bool parsed = Guid.TryParseExact(text, "D", out Guid value);
        id = new JobId(value);
        return parsed;
    }

    /// <summary>Lower case, with hyphens.</summary>
    public override string ToString() => Value.ToString("D");
}
