using Microsoft.AspNetCore.Http.Features;
using Scailfin.Core.Jobs;

namespace Scailfin.JobController.Access;

/// <summary>The authenticated user of a request, as the guard determined before any endpoint was reached.</summary>
/// <param name="User">Owns what is submitted in this request.</param>
/// <param name="IsAdministrator">Whether other people's jobs are his too, and the end of all of them.</param>
internal sealed record Caller(string User, bool IsAdministrator)
{
    /// <summary>
    /// Everybody in a sidecar: its pod is the boundary of trust (design, section 1), and upstream asks for nothing (contract A.1).
    /// </summary>
    public static Caller Reana { get; } = new("reana", IsAdministrator: true);

    /// <summary>The user whose jobs are listed; null for all users.</summary>
    public string? ListedOwner => IsAdministrator ? null : User;

    /// <summary>Whether a job may be seen and stopped. One that may not is answered as one that does not exist.</summary>
    public bool MayUse(Job job) => IsAdministrator || job.Owner == User;

    /// <summary>The caller of a request that has passed the guard.</summary>
    public static Caller Of(HttpContext context) => context.Features.GetRequiredFeature<Caller>();
}
