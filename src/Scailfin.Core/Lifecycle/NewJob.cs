using Scailfin.Core.Jobs;

namespace Scailfin.Core.Lifecycle;

/// <summary>A request to run a job that has been checked.</summary>
/// <param name="Lane">The backend's.</param>
/// <param name="Spec">The step.</param>
/// <param name="Owner">The user.</param>
/// <param name="Bounds">What bounds the submission.</param>
internal sealed record NewJob(BackendLane Lane, JobSpec Spec, string Owner, SubmissionBounds Bounds);
