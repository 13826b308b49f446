using Scailfin.Core.Jobs;

namespace Scailfin.Core.JobManagers;

/// <summary>A job that a backend holds, and that need not belong to a job of the service.</summary>
/// <param name="Id">The <see cref="BackendHandle.Id"/> of the job that was submitted as it.</param>
/// <param name="Job">The job that the backend's own record names; null if the record names none.</param>
/// <param name="Description">What a person looks it up by, with its state: <c>Job NAME (Active)</c>.</param>
/// <param name="Removal">The command by which an operator removes it.</param>
public sealed record BackendJob(string Id, JobId? Job, string Description, string Removal);
