using HTCondor.Net;
using HTCondor.Net.ClassAds;
using HTCondor.Net.Schedds;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.HTCondor.Ads;

namespace Scailfin.JobManagers.HTCondor.Schedds;

/// <summary>
/// The calls of one account to the schedd. What cannot be reached, or is too busy, is a <see cref="JobManagerUnavailableException"/>.
/// </summary>
internal sealed class ScheddCalls(Task<IScheddTransport> transport, ScheddLocation schedd, CallOptions options, Func<Task> login)
{
    /// <summary>Ids in one constraint; the schedd evaluates them for every job in its queue.</summary>
    private const int Chunk = 200;

    /// <summary>The largest difference between this machine's clock and the schedd's.</summary>
    private static readonly TimeSpan LargestSkew = TimeSpan.FromHours(1);

    /// <summary>
    /// Submits all jobs in one transaction. The caller handles failures: an ambiguous one must not be retried like a retryable one.
    /// </summary>
    public Task<SubmitResult> SubmitAsync(SubmitRequest request) =>
        OnceMoreAsync(one => one.SubmitAsync(schedd, request, options, CancellationToken.None));

    /// <summary>Logs in before a submission: a failure here has not reached the schedd.</summary>
    public Task LogInAsync() => login();

    public Task SpoolAsync(IReadOnlyList<ClassAd> jobs, CancellationToken cancellationToken) =>
        AskAsync(async one =>
        {
            await one.SpoolAsync(schedd, jobs, options, cancellationToken);
            return true;
        });

    public Task RetrieveAsync(JobKey job, CancellationToken cancellationToken) =>
        AskAsync(async one =>
        {
            await one.RetrieveAsync(schedd, JobSelection.Of(job), options, cancellationToken);
            return true;
        });

    /// <summary>Queries the queue for these attempts. Few: by their ids; many: all jobs of the backend.</summary>
    public async Task<Dictionary<string, List<HTCondorOutput>>> QueueAsync(
        string backend, IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken)
    {
        Guid[] workflows = [.. attempts.Select(attempt => attempt.Spec.WorkflowUuid).Distinct().Take(2)];
        ClassAdExpression jobs = attempts.Count <= Chunk
            ? JobConstraint.Of(attempts)
            : JobConstraint.OfBackend(backend, workflows.Length == 1 ? workflows[0] : null);
        return ByIdentity(isQueued: true, await AskAsync(one => one.QueryAsync(
            schedd,
            new JobQuery { Constraint = JobConstraint.Unreleased(jobs), Projection = HTCondorAttributes.Projection },
            options,
            cancellationToken)));
    }

    /// <summary>
    /// Queries the history for these attempts. The schedd searches it from the newest entry back to the time when the oldest of them was
    /// stored, and no further.
    /// </summary>
    public async Task<Dictionary<string, List<HTCondorOutput>>> HistoryAsync(
        IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken)
    {
        var found = new List<ClassAd>();
        foreach (Attempt[] some in attempts.Chunk(Chunk))
        {
            DateTimeOffset? oldest = some.Any(attempt => attempt.NotBefore is null) ? null : some.Min(attempt => attempt.NotBefore);
            var query = new HistoryQuery
            {
                Constraint = JobConstraint.Unreleased(JobConstraint.Of(some)),
                Projection = HTCondorAttributes.Projection,
                Limit = some.Length,
                Since = oldest is { } at
                    ? ClassAdExpression.Attribute("EnteredCurrentStatus").LessThan(
                        ClassAdExpression.Of((at - LargestSkew).ToUnixTimeSeconds()))
                    : null,
            };
            found.AddRange(await AskAsync(one => one.HistoryAsync(schedd, query, options, cancellationToken)));
        }

        return ByIdentity(isQueued: false, found);
    }

    /// <summary>Acts on all queued jobs of these attempts; it is not an error if there are none.</summary>
    public async Task<IReadOnlyList<JobActionResult>> ActAsync(JobAction action, IReadOnlyList<Attempt> attempts, string reason)
    {
        var results = new List<JobActionResult>();
        foreach (Attempt[] some in attempts.Chunk(Chunk))
        {
            results.AddRange(await DemandAsync(one =>
                one.ActAsync(schedd, action, JobSelection.Where(JobConstraint.Of(some)), reason, options, CancellationToken.None)));
        }

        return results;
    }

    public Task<IReadOnlyList<JobActionResult>> ActAsync(JobAction action, JobKey job, string reason) =>
        DemandAsync(one => one.ActAsync(schedd, action, JobSelection.Of(job), reason, options, CancellationToken.None));

    /// <summary>Allows another start of a job whose last try did not begin the step.</summary>
    public Task AllowAnotherTryAsync(HTCondorOutput job) =>
        EditAsync([job.Key], new KeyValuePair<string, ClassAdExpression>(HTCondorAttributes.AllowedTries, ClassAdExpression.Of(job.Tries)));

    /// <summary>Lets the queue forget these attempts: what completed leaves as completed, what did not is removed.</summary>
    public async Task ReleaseAsync(IReadOnlyList<Attempt> attempts)
    {
        foreach (Attempt[] some in attempts.Chunk(Chunk))
        {
            ClassAdExpression jobs = JobConstraint.Of(some);
            IReadOnlyList<ClassAd> left = await AskAsync(one => one.QueryAsync(
                schedd,
                new JobQuery { Constraint = jobs, Projection = ["ClusterId", "ProcId", "JobStatus"] },
                options,
                CancellationToken.None));
            JobKey[] all = [.. left.Select(ad => ad.Key).OfType<JobKey>()];
            if (all.Length == 0)
                continue;
            await EditAsync(
                all,
                new(HTCondorAttributes.Released, ClassAdExpression.Of(value: true)),
                new("LeaveJobInQueue", ClassAdExpression.Of(value: false)));
            JobKey[] unfinished =
                [.. left.Where(ad => ad.Integer("JobStatus") != HTCondorStates.Completed).Select(ad => ad.Key).OfType<JobKey>()];
            if (unfinished.Length > 0)
                await AskAsync(one => one.ActAsync(
                    schedd, JobAction.Remove, JobSelection.Of(unfinished), "Scailfin has released it", options, CancellationToken.None));
        }
    }

    public Task<ScheddInformation> LocateAsync(CancellationToken cancellationToken) =>
        AskAsync(one => one.LocateAsync(schedd, options, cancellationToken));

    private async Task EditAsync(JobKey[] jobs, params KeyValuePair<string, ClassAdExpression>[] attributes)
    {
        try
        {
            await (await transport).EditAsync(schedd, JobSelection.Of(jobs), attributes, options, CancellationToken.None);
        }
        catch (HTCondorException exception) when (!exception.Error.Retryable)
        {
            // The jobs may have left the queue between the query and this edit.
        }
    }

    private static Dictionary<string, List<HTCondorOutput>> ByIdentity(bool isQueued, IEnumerable<ClassAd> ads)
    {
        var found = new Dictionary<string, List<HTCondorOutput>>(StringComparer.Ordinal);
        foreach (HTCondorOutput job in ads.Select(ad => HTCondorOutput.Parse(ad, isQueued)).OfType<HTCondorOutput>())
        {
            if (!found.TryGetValue(job.Identity, out List<HTCondorOutput>? same))
                found[job.Identity] = same = [];
            same.Add(job);
        }

        return found;
    }

    /// <summary>A schedd that was restarted has forgotten the session, and says so to the first who comes; nothing was done then.</summary>
    private async Task<T> OnceMoreAsync<T>(Func<IScheddTransport, Task<T>> call)
    {
        try
        {
            return await call(await transport);
        }
        catch (HTCondorException exception) when (exception.Error is { Subsystem: "SECMAN", Code: 2004, Ambiguous: false })
        {
            return await call(await transport);
        }
    }

    /// <summary>Calls as <see cref="AskAsync"/> does, but throws if the schedd refuses.</summary>
    /// <exception cref="ScheddRefusalException">The schedd refused.</exception>
    private async Task<T> DemandAsync<T>(Func<IScheddTransport, Task<T>> call)
    {
        try
        {
            return await AskAsync(call);
        }
        catch (JobManagerUnavailableException exception)
            when (exception.InnerException
                is HTCondorException { Error: { Subsystem: "SCHEDD", Retryable: false, Ambiguous: false } error })
        {
            throw new ScheddRefusalException($"The schedd refused: {error.Text}", exception);
        }
    }

    private async Task<T> AskAsync<T>(Func<IScheddTransport, Task<T>> call)
    {
        await login();
        try
        {
            return await OnceMoreAsync(call);
        }
        catch (HTCondorException exception)
        {
            throw new JobManagerUnavailableException($"The schedd did not answer as it should: {exception.Message}", exception);
        }
    }
}
