using System.Diagnostics.CodeAnalysis;

namespace Scailfin.Core.Jobs;

/// <summary>The id of a job: what the API calls <c>job_id</c> and REANA's database <c>job.id_</c>.</summary>
public readonly record struct JobId(Guid Value)
{
    /// <summary>A new random id (UUIDv4).</summary>
    public static JobId New() => new(Guid.NewGuid());

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
