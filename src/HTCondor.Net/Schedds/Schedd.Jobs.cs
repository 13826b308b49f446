using HTCondor.Net.ClassAds;
using HTCondor.Net.Jobs;

namespace HTCondor.Net.Schedds;

public sealed partial class Schedd
{
    /// <summary>Submits one job.</summary>
    /// <returns>The job.</returns>
    /// <exception cref="JobDescriptionException">The job is not valid; nothing was sent.</exception>
    public async Task<JobKey> SubmitAsync(JobDescription job, CallOptions? call = null, CancellationToken cancellationToken = default)
    {
        SubmitResult result = await SubmitAsync(job.ToSubmitRequest(), call, cancellationToken);
        return new JobKey(result.Cluster, 0);
    }

    /// <summary>Submits jobs as one cluster, all of them or none.</summary>
    /// <exception cref="JobDescriptionException">One of the jobs is not valid; nothing was sent.</exception>
    /// <exception cref="ArgumentException">The list of jobs is empty.</exception>
    public Task<SubmitResult> SubmitAsync(
        IReadOnlyList<JobDescription> jobs, CallOptions? call = null, CancellationToken cancellationToken = default) =>
        SubmitAsync(JobDescription.ToSubmitRequest(jobs), call, cancellationToken);

    /// <summary>
    /// Submits a cluster, all of it or nothing. After an ambiguous error it may be in the queue: give jobs an attribute of their own, and
    /// look for it in queue and history before they are submitted again.
    /// </summary>
    /// <exception cref="HTCondorException">The schedd refused, or did not answer; always thrown if this process runs as root.</exception>
    public async Task<SubmitResult> SubmitAsync(
        SubmitRequest request, CallOptions? call = null, CancellationToken cancellationToken = default)
    {
        if (request.Procs.Count == 0)
            throw new ArgumentException("At least one proc is needed.", nameof(request));
        foreach ((string name, ClassAdExpression value) in request.Shared.Concat(request.Procs.SelectMany(proc => proc)))
            Sendable(ClassAdNames.Checked(name), value);
        return await CallAsync(call, options => _transport.SubmitAsync(_location, request, options, cancellationToken));
    }

    /// <summary>The queue's ads: those for which the constraint is true, and of each the attributes of the projection.</summary>
    public async Task<IReadOnlyList<ClassAd>> QueryAsync(
        JobQuery query, CallOptions? call = null, CancellationToken cancellationToken = default)
    {
        Sendable("the constraint", query.Constraint);
        return await CallAsync(call, options => _transport.QueryAsync(_location, query, options, cancellationToken));
    }

    /// <summary>Ads of jobs that left the queue, newest first.</summary>
    public async Task<IReadOnlyList<ClassAd>> HistoryAsync(
        HistoryQuery query, CallOptions? call = null, CancellationToken cancellationToken = default)
    {
        Sendable("the constraint", query.Constraint);
        Sendable("since", query.Since);
        return await CallAsync(call, options => _transport.HistoryAsync(_location, query, options, cancellationToken));
    }

    /// <summary>Holds jobs. A held job is taken off its machine and waits for a release.</summary>
    /// <returns>A result for each job that was named, or that the constraint matched.</returns>
    public Task<IReadOnlyList<JobActionResult>> HoldAsync(
        JobSelection jobs, string reason, CallOptions? call = null, CancellationToken cancellationToken = default) =>
        ActAsync(JobAction.Hold, jobs, reason, call, cancellationToken);

    /// <summary>Releases held jobs.</summary>
    /// <returns>A result for each job that was named, or that the constraint matched.</returns>
    public Task<IReadOnlyList<JobActionResult>> ReleaseAsync(
        JobSelection jobs, string reason, CallOptions? call = null, CancellationToken cancellationToken = default) =>
        ActAsync(JobAction.Release, jobs, reason, call, cancellationToken);

    /// <summary>Removes jobs; running ones are ended.</summary>
    /// <returns>A result for each job that was named, or that the constraint matched.</returns>
    public Task<IReadOnlyList<JobActionResult>> RemoveAsync(
        JobSelection jobs, string reason, CallOptions? call = null, CancellationToken cancellationToken = default) =>
        ActAsync(JobAction.Remove, jobs, reason, call, cancellationToken);

    /// <summary>Takes running jobs off their machines; they stay in the queue and may run again.</summary>
    /// <returns>A result for each job that was named, or that the constraint matched.</returns>
    public Task<IReadOnlyList<JobActionResult>> VacateAsync(
        JobSelection jobs, CallOptions? call = null, CancellationToken cancellationToken = default) =>
        ActAsync(JobAction.Vacate, jobs, "", call, cancellationToken);

    /// <summary>Does something to jobs. The reason may have neither a double quote nor a line break.</summary>
    /// <returns>A result for each job that was named, or that the constraint matched.</returns>
    public async Task<IReadOnlyList<JobActionResult>> ActAsync(
        JobAction action, JobSelection jobs, string reason, CallOptions? call = null, CancellationToken cancellationToken = default)
    {
        Sendable("the constraint", jobs.Constraint);
        Sendable("the reason", ClassAdExpression.Of(reason));
        // HTCondor 23 quotes the reason without escaping it: text after a double quote would become an expression (seen with HoldReason).
        if (reason.Contains('"', StringComparison.Ordinal))
            throw new HTCondorException(
                new HTCondorError("CLIENT", 0, "The reason cannot be sent: HTCondor cannot carry a double quote there."));
        return await CallAsync(call, options => _transport.ActAsync(_location, action, jobs, reason, options, cancellationToken));
    }

    /// <summary>Sets attributes of queued jobs, all of them in all jobs or none.</summary>
    /// <exception cref="HTCondorException">The schedd refused or did not answer, or no job matched.</exception>
    public async Task EditAsync(
        JobSelection jobs,
        IReadOnlyList<KeyValuePair<string, ClassAdExpression>> attributes,
        CallOptions? call = null,
        CancellationToken cancellationToken = default)
    {
        Sendable("the constraint", jobs.Constraint);
        foreach ((string name, ClassAdExpression value) in attributes)
            Sendable(ClassAdNames.Checked(name), value);
        await CallAsync(call, options => DoneAsync(_transport.EditAsync(_location, jobs, attributes, options, cancellationToken)));
    }

    /// <summary>
    /// Submits jobs and sends their input files to the schedd, which needs no file system in common with this machine. Their output is
    /// fetched with <see cref="RetrieveAsync"/>; they stay in the queue until then, for ten days.
    /// </summary>
    /// <exception cref="HTCondorException">
    /// If the files could not be sent, the jobs are in the queue, held with code 16: remove them.
    /// </exception>
    public async Task<SubmitResult> SubmitSpooledAsync(
        IReadOnlyList<JobDescription> jobs, CallOptions? call = null, CancellationToken cancellationToken = default)
    {
        SubmitRequest request = JobDescription.ToSubmitRequest(jobs, spool: true);
        SubmitResult result = await SubmitAsync(request, call, cancellationToken);
        ClassAd[] ads = [.. request.Procs.Select((proc, number) => Whole(request.Shared, proc, result.Cluster, number))];
        await CallAsync(call, options => DoneAsync(_transport.SpoolAsync(_location, ads, options, cancellationToken)));
        return result;
    }

    /// <summary>Brings the output of spooled jobs that ended to the directories that they were submitted with.</summary>
    public async Task RetrieveAsync(JobSelection jobs, CallOptions? call = null, CancellationToken cancellationToken = default)
    {
        Sendable("the constraint", jobs.Constraint);
        await CallAsync(call, options => DoneAsync(_transport.RetrieveAsync(_location, jobs, options, cancellationToken)));
    }

    private static ClassAd Whole(ClassAd shared, ClassAd proc, int cluster, int number)
    {
        ClassAd whole = shared.Copy();
        foreach ((string name, ClassAdExpression value) in proc)
            whole.Set(name, value);
        whole.Set("ClusterId", cluster);
        whole.Set("ProcId", number);
        return whole;
    }

    private static async Task<bool> DoneAsync(Task call)
    {
        await call;
        return true;
    }

    private static void Sendable(string what, ClassAdExpression? expression)
    {
        if (expression?.Problem is { } problem)
            throw new HTCondorException(new HTCondorError("CLIENT", 0, $"{what} cannot be sent: {problem}."));
    }
}
