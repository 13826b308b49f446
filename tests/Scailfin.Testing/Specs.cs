using Scailfin.Core.Jobs;

namespace Scailfin.Testing;

/// <summary>Makes valid specifications and jobs; a test changes with <c>with</c> what it is about.</summary>
public static class Specs
{
    public const string Backend = "scripted";

    public static JobSpec Valid(string command = "true", string backend = Backend) => new()
    {
        JobName = "step",
        WorkflowUuid = Guid.Parse("0b0a4b5e-5b2c-4e7f-9a0e-0d3c8d6a1f11"),
        WorkflowWorkspace = "/var/scailfin/workspace",
        DockerImage = "docker.io/library/busybox:1.36",
        Command = command,
        PrettifiedCommand = command,
        Backend = backend,
        Timeout = TimeSpan.FromHours(1),
    };

    public static Attempt NewAttempt(JobSpec spec) => new(JobId.New(), 1, spec);

    /// <summary>A queued job that no backend has heard of.</summary>
    public static Job NewJob(JobSpec? spec = null) => new()
    {
        Id = JobId.New(),
        Owner = "tester",
        Spec = spec ?? Valid(),
        Status = JobStatus.Queued,
        CreatedAt = new DateTimeOffset(2026, 3, 4, 5, 6, 7, 89, TimeSpan.Zero),
    };
}
