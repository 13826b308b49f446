using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;

namespace Scailfin.Core.Lifecycle;

/// <summary>
/// Asks a manager about many attempts at once. An exception that the manager did not throw on purpose is halved down to the attempts that
/// it comes from, so that one job's trouble is its own (design, section 5).
/// </summary>
internal static class PluralCall
{
    /// <summary>
    /// One more than is needed to find four of ten thousand. Attempts not separated by then are retried in the next pass, without
    /// those that were found.
    /// </summary>
    private const int MostCalls = 64;

    /// <param name="attempts">The attempts.</param>
    /// <param name="ask">The manager's call.</param>
    /// <param name="isOf">Whether an answer is about that attempt.</param>
    /// <param name="stopping">Whether the service is stopping: a failure is then not a problem of the job.</param>
    /// <returns>An answer or an exception for each attempt, in their order.</returns>
    /// <exception cref="JobManagerUnavailableException">The backend as a whole does not answer.</exception>
    public static async Task<IReadOnlyList<PluralAnswer<T>>> AskAsync<T>(
        IReadOnlyList<Attempt> attempts,
        Func<IReadOnlyList<Attempt>, Task<IReadOnlyList<T>>> ask,
        Func<T, Attempt, bool> isOf,
        CancellationToken stopping)
        where T : class
    {
        var answers = new PluralAnswer<T>[attempts.Count];
        var parts = new Queue<Range>([Range.All]);
        for (int calls = 0; parts.TryDequeue(out Range part); calls++)
        {
            (int first, int count) = part.GetOffsetAndLength(attempts.Count);
            Attempt[] some = [.. attempts.Skip(first).Take(count)];
            try
            {
                IReadOnlyList<T> answered = Checked(await ask(some), some, isOf);
                for (int i = 0; i < count; i++)
                    answers[first + i] = new PluralAnswer<T>(answered[i], null, false);
            }
            catch (Exception exception) when (exception is not JobManagerUnavailableException && !stopping.IsCancellationRequested)
            {
                if (count == 1 || calls >= MostCalls)
                {
                    Array.Fill(answers, new PluralAnswer<T>(null, exception, count == 1), first, count);
                    continue;
                }

                parts.Enqueue(first..(first + (count / 2)));
                parts.Enqueue((first + (count / 2))..(first + count));
            }
        }

        return answers;
    }

    private static IReadOnlyList<T> Checked<T>(IReadOnlyList<T> answers, Attempt[] attempts, Func<T, Attempt, bool> isOf)
    {
        if (answers.Count != attempts.Length)
            throw new InvalidOperationException($"The job manager gave {answers.Count} answers about {attempts.Length} attempts.");
        for (int i = 0; i < attempts.Length; i++)
        {
            if (!isOf(answers[i], attempts[i]))
                throw new InvalidOperationException($"The job manager answered about another attempt than {attempts[i].Identity}.");
        }

        return answers;
    }
}

/// <param name="Answer">The manager's answer; null if there is none.</param>
/// <param name="Exception">The exception that was thrown instead of an answer.</param>
/// <param name="IsItsOwn">Whether the exception certainly comes from this attempt.</param>
internal readonly record struct PluralAnswer<T>(T? Answer, Exception? Exception, bool IsItsOwn)
    where T : class;
