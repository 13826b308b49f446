using Microsoft.Extensions.Logging;
using Scailfin.Core.Jobs;

namespace Scailfin.Core.Lifecycle;

/// <summary>Removes texts whose row is gone or was never written. What cannot be removed is swept at the next start.</summary>
internal static partial class TextsRemoval
{
    /// <summary>Removes what belongs to none of the jobs of the store.</summary>
    public static void Sweep(LifecycleServices services, IReadOnlyList<Job> jobs) =>
        Try(services, "of jobs that no longer exist", () => services.Texts.Sweep(jobs));

    /// <summary>Removes the texts of a job that was forgotten or never stored.</summary>
    public static void Remove(LifecycleServices services, Job job) =>
        Try(services, $"of job {job.Id}", () => services.Texts.Remove(job.Spec));

    private static void Try(LifecycleServices services, string which, Action remove)
    {
        try
        {
            remove();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogLeft(services.Logger, which, exception.Message);
        }
    }

    [LoggerMessage(
        EventId = 128, Level = LogLevel.Warning, Message = "The texts {Which} cannot be removed; the next start tries again: {Reason}")]
    private static partial void LogLeft(ILogger logger, string which, string reason);
}
