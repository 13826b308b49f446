using System.Diagnostics.CodeAnalysis;

namespace Scailfin.Core.Jobs;

/// <summary>The id of a job: what the API calls <c>job_id</c> and REANA's database <c>job.id_</c>.</summary>
public readonly record struct JobId(Guid Value)
{
    private static readonly Guid KeySpace = new("6f2d9a52-0f0e-4a35-9d64-4a1f6d0c3b1e");

    /// <summary>A new random id (UUIDv4).</summary>
    public static JobId New() => new(Guid.NewGuid());

    /// <summary>
    /// The id of the job that a user submits to a workflow under a key of his own: UUIDv5 (RFC 9562, section 5.5) of the three, each with
    /// its length before it, so that no two triples are the same text. The primary key of the row is thereby the lock.
    /// </summary>
    public static JobId FromKey(string user, Guid workflow, string key)
    {
        return new JobId(NameBasedUuid.Of(KeySpace, $"{user.Length}:{user}{workflow:D}{key.Length}:{key}"));
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
