using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Xunit;

namespace Scailfin.Testing;

/// <summary>
/// Drives one attempt of a manager as its actor does: looks, carries out what is proposed, waits while the backend is away, and takes
/// the verdict.
/// </summary>
public static class ManagerDriver
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Observes until the attempt is over; the end in the answer is the verdict.</summary>
    /// <param name="manager">The manager; a new one each time where that is what is tested.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="picture">What moves beside the observation.</param>
    public static async Task<Observation> EndAsync(Func<IJobManager> manager, Attempt attempt, Func<object?>? picture = null)
    {
        Observation? seen = null;
        AttemptEnd? verdict = null;
        string? failure = null;
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    return await StepAsync();
                }
                catch (JobManagerUnavailableException)
                {
                    return false;
                }
            },
            "the attempt ends",
            () => (seen?.Phase, seen?.Reason, seen?.End?.Evidence.Text, failure, picture?.Invoke()));
        return seen! with { End = verdict };

        async Task<bool> StepAsync()
        {
            seen = Assert.Single(await manager().ObserveAsync([attempt], Cancellation));
            if (seen.Remedy is { } remedy && !await IsAppliedAsync(remedy))
                return false;
            return seen.End is { } end && (verdict = await VerdictAsync(manager(), attempt, end)) is not null;
        }

        // A remedy that fails rests this job alone, and is proposed again.
        async Task<bool> IsAppliedAsync(Remedy remedy)
        {
            try
            {
                await manager().ApplyAsync(attempt, remedy, Cancellation);
                return true;
            }
            catch (Exception exception) when (exception is not (OperationCanceledException or JobManagerUnavailableException))
            {
                failure = exception.Message;
                return false;
            }
        }
    }

    /// <inheritdoc cref="EndAsync(Func{IJobManager}, Attempt, Func{object?}?)"/>
    public static Task<Observation> EndAsync(IJobManager manager, Attempt attempt, Func<object?>? picture = null) =>
        EndAsync(() => manager, attempt, picture);

    /// <summary>Null while what decides is not there yet.</summary>
    private static async Task<AttemptEnd?> VerdictAsync(IJobManager manager, Attempt attempt, AttemptEnd end)
    {
        if (!end.IsProvisional)
            return end;
        try
        {
            return (await manager.CollectAsync(attempt, end, Cancellation)).Verdict ?? end;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
