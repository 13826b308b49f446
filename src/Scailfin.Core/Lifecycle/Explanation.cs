using Scailfin.Core.Jobs;

namespace Scailfin.Core.Lifecycle;

/// <summary>Why a job is in its state, in sentences for the user.</summary>
/// <param name="Job">The job.</param>
/// <param name="Sentences">Most important first; empty when there is nothing to say.</param>
public sealed record Explanation(Job Job, IReadOnlyList<string> Sentences);
