using System.Text.Json;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Kubernetes.Api;
using Scailfin.JobManagers.Kubernetes.Manifests;
using Scailfin.JobManagers.Kubernetes.Objects;
using Scailfin.JobManagers.Kubernetes.Requests;
using Scailfin.JobManagers.Kubernetes.Secrets;
using Scailfin.JobManagers.Kubernetes.Watching;

namespace Scailfin.JobManagers.Kubernetes.Submitting;

/// <summary>Brings attempts into Kubernetes, and finds them there.</summary>
internal sealed class JobCreator(
    KubernetesApi api, ClusterWatch watch, AwaitedJobs awaited, ComponentNames names, JobManifestBuilder manifests, SecretStore secretStore)
{
    /// <summary>
    /// The largest Job, below etcd's limit by what the server adds; beyond it the API server answers with misleading errors about labels.
    /// </summary>
    private const int LargestJob = 1_500_000;

    /// <summary>Up to this number, Jobs are read one by one; beyond it a list is cheaper.</summary>
    private const int FewAttempts = 4;

    public async Task<Submission> SubmitAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        string name = names.Job(attempt.JobId, attempt.Number);
        if (awaited.Find(name) is { StopAsked: true })
            return new Submission.Accepted(new BackendHandle(name));
        ApiResult<UserSecrets> secrets = await ApiCall.ReachAsync(() => secretStore.ReadAsync(cancellationToken));
        if (secrets.Refusal is { } refusal)
        {
            return refusal.IsTransient
                ? throw new JobManagerUnavailableException(refusal.Sentence)
                : new Submission.Rejected($"The user's secrets cannot be read. {refusal.AsUpstreamSays()}");
        }

        if (MissingSecret(attempt.Spec, secrets.Value) is { } missing)
            return new Submission.Rejected(missing);
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(manifests.Build(attempt, secrets.Value), ManifestJson.Default.JobManifest);
        if (body.Length > LargestJob)
            return new Submission.Rejected($"The job's description has {body.Length} bytes; Kubernetes keeps at most {LargestJob}. "
                + "The command or its environment is too long.");
        awaited.Await(attempt, name);
        return await CreateAsync(attempt, name, body, cancellationToken);
    }

    public async Task<IReadOnlyList<Finding>> FindAsync(IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken)
    {
        string[] jobs = [.. attempts.Select(names.Of)];
        foreach ((Attempt attempt, string name) in attempts.Zip(jobs))
            awaited.Await(attempt, name);
        if (attempts.Count > FewAttempts)
        {
            if (await ApiCall.ReachAsync(() => watch.ListJobsAsync(cancellationToken)) is { } refusal)
                throw new JobManagerUnavailableException(refusal.Sentence);
        }
        else
        {
            foreach (string name in jobs)
                await LookAsync(name, cancellationToken);
        }

        return [.. attempts.Zip(jobs, Find)];
    }

    private Finding Find(Attempt attempt, string name)
    {
        if (watch.View.Find(name) is not { Job: { } job })
            return new Finding.CertainlyNot();

        // The name alone does not prove ownership: the create call does (409, and a Job with this service's annotation).
        return IsOurs(job, attempt) ? new Finding.Found(new BackendHandle(name)) : new Finding.CertainlyNot();
    }

    private async Task<JobObject?> LookAsync(string name, CancellationToken cancellationToken)
    {
        ApiResult<JobObject> result = await ApiCall.ReachAsync(() => api.GetJobAsync(name, cancellationToken));
        if (result.Refusal is { Class: not RefusalClass.NotFound } refusal)
            throw new JobManagerUnavailableException(refusal.Sentence);
        if (result.Value is { } job)
            watch.View.Take(job, deleted: false);
        else
            watch.View.MissJob(name);
        return result.Value;
    }

    private async Task<Submission> CreateAsync(Attempt attempt, string name, byte[] body, CancellationToken cancellationToken)
    {
        ApiResult<JobObject> result;
        try
        {
            result = await api.CreateJobAsync(body, cancellationToken);
        }
        catch (ApiUnreachableException exception)
        {
            return exception.MayHaveArrived
                ? new Submission.Unknown(exception.Message)
                : throw new JobManagerUnavailableException(exception.Message, exception);
        }

        switch (result)
        {
            case { Value: { } job }:
                watch.View.Take(job, deleted: false);
                return new Submission.Accepted(new BackendHandle(name));
            case { Refusal: { Class: RefusalClass.AlreadyExists } conflict }:
                return await SettleConflictAsync(attempt, name, conflict, cancellationToken);
            case { Refusal: { Class: RefusalClass.Unauthorized } unauthorized }:
                throw new JobManagerUnavailableException(unauthorized.Sentence);
            case { Refusal: { Class: RefusalClass.QuotaExceeded } quota }:
                return new Submission.Deferred(quota.Sentence, DeferralScope.Backend);
            case { Refusal: { Class: RefusalClass.Throttled } busy }:
                return new Submission.Deferred(busy.Sentence, DeferralScope.Owner) { After = busy.RetryAfter };
            case { Refusal: { Class: RefusalClass.Conflict } again }:
                return new Submission.Deferred(again.Sentence, DeferralScope.Attempt);
            case { Refusal: { IsTransient: true } trouble }:
                return new Submission.Unknown(trouble.Sentence);
            default:
                return new Submission.Rejected(result.Refusal!.AsUpstreamSays());
        }
    }

    /// <summary>Decides who owns the Job of that name: an earlier try of this service whose answer was lost, or another client.</summary>
    private async Task<Submission> SettleConflictAsync(
        Attempt attempt, string name, ApiRefusal conflict, CancellationToken cancellationToken)
    {
        JobObject? job;
        try
        {
            job = await LookAsync(name, cancellationToken);
        }
        catch (JobManagerUnavailableException exception)
        {
            return new Submission.Unknown(exception.Message);
        }

        if (job is null)
            return new Submission.Unknown("Kubernetes refused to create the Job because its name was taken, but no Job has that name now.");
        return IsOurs(job, attempt)
            ? new Submission.Accepted(new BackendHandle(name))
            : new Submission.Rejected($"Kubernetes has a Job {name} already, which is not this service's. {conflict.AsUpstreamSays()}");
    }

    /// <summary>
    /// Whether the Job is this service's. A Job without its annotation whose name is in the job's row is upstream's, from before this
    /// program took over.
    /// </summary>
    private static bool IsOurs(JobObject job, Attempt attempt) =>
        job.Metadata.Annotations?.Job == attempt.JobId.ToString()
            || (job.Metadata.Annotations?.Job is null && attempt.Handle?.Id == job.Metadata.Name);

    /// <summary>The message about missing secrets as upstream words it (contract C.9): it names only the first.</summary>
    private static string? MissingSecret(JobSpec spec, UserSecrets? secrets)
    {
        if (!spec.BackendFields.IsSet(KubernetesFields.Kerberos))
            return null;
        string[] missing = [.. KerberosPart.Needed.Where(key => secrets?.Has(key) != true).Select(key => $"'{key}'")];
        return missing.Length == 0 ? null : $"Operation cancelled. Secrets [{string.Join(", ", missing)}] do not exist.";
    }
}
