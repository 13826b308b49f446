namespace Scailfin.Core.JobManagers;

/// <summary>Something in a job's specification that a backend cannot honour.</summary>
/// <param name="Field">The request's field.</param>
/// <param name="Message">Field, value and rule, in a sentence.</param>
/// <param name="Forbidden">Whether the request is well formed but exceeds what this site allows (403, not 400; contract C.7).</param>
public sealed record SpecProblem(string Field, string Message, bool Forbidden = false);
