using System.Collections.Concurrent;
using HTCondor.Net;
using HTCondor.Net.ClassAds;
using HTCondor.Net.Schedds;
using Scailfin.Core.JobManagers;
using Scailfin.JobManagers.Batch.Accounts;

namespace Scailfin.JobManagers.HTCondor.Schedds;

/// <summary>
/// The sending of input to the schedd. Many jobs go in one call, which fails as a whole: the input of one job may be the cause, so after a
/// failure each goes alone, and only what happens to all of them is the schedd's trouble.
/// </summary>
internal sealed class Spoolings
{
    /// <summary>If the input of so many jobs could not be sent, one after the other, that of the others is not tried now.</summary>
    private const int Witnesses = 3;

    private readonly Func<IReadOnlyList<ClassAd>, Task> _spool;
    private readonly Gathering<SubmittedJob, string?> _again;
    private readonly ConcurrentDictionary<JobKey, string> _problems = new();

    /// <param name="spool">Sends the input of these jobs, which are in the queue.</param>
    /// <param name="pause">The shortest time between two calls.</param>
    /// <param name="time">The clock.</param>
    public Spoolings(Func<IReadOnlyList<ClassAd>, Task> spool, TimeSpan pause, TimeProvider time)
    {
        _spool = spool;
        _again = new(EachAsync, most: 50, pause, time);
    }

    /// <summary>Why the input of a job could not be sent when that was tried last; null if it was, or was not tried.</summary>
    public string? ProblemOf(JobKey job) => _problems.GetValueOrDefault(job);

    /// <summary>Forgets a job.</summary>
    public void Forget(JobKey job) => _problems.TryRemove(job, out _);

    /// <summary>Sends the input of jobs that were just submitted; what fails is sent again by <see cref="AgainAsync"/>.</summary>
    /// <returns>Why it failed; null if it did not.</returns>
    public async Task<string?> FirstAsync(IReadOnlyList<SubmittedJob> jobs)
    {
        try
        {
            await SpoolAsync(jobs);
            return null;
        }
        catch (JobManagerUnavailableException exception)
        {
            // The jobs are in the queue, held with code 16; the next observation handles them.
            return exception.Message;
        }
    }

    /// <summary>Sends the input of one job again, together with others that come at the same time.</summary>
    /// <exception cref="InputNotSpooledException">The schedd did not take this job's input.</exception>
    /// <exception cref="JobManagerUnavailableException">The schedd takes nobody's.</exception>
    public async Task AgainAsync(SubmittedJob job)
    {
        if (await _again.AddAsync(job) is { } problem)
            throw new InputNotSpooledException($"The input of job {job.Key} could not be sent to the schedd: {problem}");
    }

    private async Task<IReadOnlyList<string?>> EachAsync(IReadOnlyList<SubmittedJob> jobs)
    {
        try
        {
            await SpoolAsync(jobs);
            return new string?[jobs.Count];
        }
        catch (JobManagerUnavailableException exception) when (jobs.Count == 1)
        {
            return [exception.Message];
        }
        catch (JobManagerUnavailableException)
        {
            // Alone, one after the other.
        }

        var problems = new List<string?>();
        foreach (SubmittedJob job in jobs)
        {
            problems.AddRange(await EachAsync([job]));
            if (problems.Count == Witnesses && jobs.Count > Witnesses && problems.TrueForAll(problem => problem is not null))
                throw new JobManagerUnavailableException($"The schedd takes the input of no job: {problems[^1]}");
        }

        return problems;
    }

    private async Task SpoolAsync(IReadOnlyList<SubmittedJob> jobs)
    {
        try
        {
            await _spool([.. jobs.Select(job => job.Ad)]);
        }
        catch (JobManagerUnavailableException exception)
        {
            foreach (SubmittedJob job in jobs)
                _problems[job.Key] = exception.Message;
            throw;
        }

        foreach (SubmittedJob job in jobs)
            Forget(job.Key);
    }
}

/// <summary>A job in the queue, with all its attributes.</summary>
internal readonly record struct SubmittedJob(JobKey Key, ClassAd Ad)
{
    /// <summary>The job of one process of a request.</summary>
    public static SubmittedJob Of(SubmitRequest request, int proc, JobKey key)
    {
        ClassAd ad = request.Shared.Copy();
        foreach ((string name, ClassAdExpression value) in request.Procs[proc])
            ad.Set(name, value);
        ad.Set("ClusterId", key.Cluster);
        ad.Set("ProcId", key.Proc);
        return new SubmittedJob(key, ad);
    }
}

/// <summary>The schedd did not take the input of one job; others may be taken.</summary>
internal sealed class InputNotSpooledException(string message) : Exception(message);
