using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;

namespace Scailfin.Core.Lifecycle;

/// <summary>The result of a request to run a job. Exactly one of the cases.</summary>
public abstract record SubmitResult
{
    private SubmitResult()
    {
    }

    /// <summary>The job is stored; the backend has it, or it will be submitted.</summary>
    public sealed record Accepted(Job Job) : SubmitResult;

    /// <summary>The specification cannot be honoured; nothing was stored.</summary>
    public sealed record Invalid(IReadOnlyList<SpecProblem> Problems) : SubmitResult;

    /// <summary>No backend of that name is offered; nothing was stored.</summary>
    public sealed record UnknownBackend(string Name) : SubmitResult
    {
        /// <summary>The message for the client and for the workflow's log (contract A.3, step 5).</summary>
        public string Message => $"Job submission failed. Backend {Name} is not supported.";
    }

    /// <summary>The backend refused it; the job is stored as failed, with the reason.</summary>
    public sealed record Rejected(Job Job, string Reason) : SubmitResult;

    /// <summary>The key came before with another request; nothing was stored.</summary>
    public sealed record KeyReused(JobId Id) : SubmitResult;

    /// <summary>The user has too much in the service already; nothing was stored.</summary>
    /// <param name="Reason">A sentence for the user.</param>
    /// <param name="RetryAfter">When it may be worth to try again.</param>
    public sealed record OverLimit(string Reason, TimeSpan RetryAfter) : SubmitResult;

    /// <summary>The job cannot be accepted now; the sentence says why.</summary>
    public sealed record Unavailable(string Reason) : SubmitResult;

    /// <summary>The service is being shut down; nothing was stored.</summary>
    public sealed record ShuttingDown : SubmitResult;

    /// <summary>This instance does not drive the store now; nothing was stored.</summary>
    public sealed record NotActive : SubmitResult;
}
