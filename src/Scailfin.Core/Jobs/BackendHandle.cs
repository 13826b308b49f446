namespace Scailfin.Core.Jobs;

/// <summary>The backend's id of an attempt, and state that the job manager keeps with it.</summary>
/// <param name="Id">REANA's <c>backend_job_id</c>: at most 256 characters.</param>
/// <param name="State">The manager's own small state; stored, and read by the manager only.</param>
public sealed record BackendHandle(string Id, string State = "");
