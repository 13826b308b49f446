using Scailfin.JobManagers.Kubernetes.Api;
using Scailfin.JobManagers.Kubernetes.Manifests;
using Scailfin.JobManagers.Kubernetes.Objects;
using Scailfin.JobManagers.Kubernetes.Options;

namespace Scailfin.JobManagers.Kubernetes.Leftovers;

/// <summary>
/// Jobs of workflows whose engine has ended: their sidecar died before it could stop them, and no other service will. Found by REANA's
/// labels: a Job of a user's workflow whose run-batch Job no longer exists. Jobs of a standalone service belong to no user of REANA,
/// and are not leftovers.
/// </summary>
public sealed class KubernetesLeftovers : IDisposable
{
    private readonly ApiConnection? _connection;
    private readonly KubernetesApi _api;

    /// <summary>Connects to the API server with a connection of its own.</summary>
    public KubernetesLeftovers(KubernetesOptions options, TimeProvider time)
    {
        _connection = new ApiConnection(new ApiConfiguration(options.Kubeconfig, options.Context), options.Requests, time);
        _api = new KubernetesApi(_connection, options.Namespace);
    }

    internal KubernetesLeftovers(KubernetesApi api) => _api = api;

    /// <summary>Lists all leftover Jobs, or those of one workflow, oldest first.</summary>
    /// <exception cref="IOException">The Jobs cannot be listed; the message says why.</exception>
    public async Task<IReadOnlyList<Leftover>> ListAsync(Guid? workflow, CancellationToken cancellationToken)
    {
        string selector = workflow is { } one ? $"{Names.WorkflowLabel}={one:D}" : Names.WorkflowLabel;

        // List the jobs before the engines: a workflow that begins in between has its run-batch Job before any of its jobs.
        IReadOnlyList<JobObject> jobs = await AllAsync(selector, cancellationToken);
        IReadOnlyList<JobObject> engines = await AllAsync(Names.RunBatchLabel, cancellationToken);
        HashSet<string?> alive =
            [.. engines.Where(engine => engine.Outcome is null).Select(engine => engine.Metadata.Labels?.RunBatchWorkflow)];
        return
        [
            .. jobs.Where(job => job.Metadata.Labels is { Workflow: { } owner, User: { Length: > 0 } } && !alive.Contains(owner))
                .OrderBy(job => job.Metadata.CreationTimestamp)
                .Select(job => new Leftover(
                    job.Metadata.Name,
                    job.Metadata.Labels!.Workflow!,
                    job.Metadata.Labels.User!,
                    job.State,
                    job.Metadata.CreationTimestamp)),
        ];
    }

    /// <summary>Deletes a leftover Job with its pods; returns false if it was deleted already.</summary>
    /// <exception cref="IOException">The Job could not be deleted; the message says why.</exception>
    public async Task<bool> RemoveAsync(Leftover leftover, CancellationToken cancellationToken)
    {
        ApiRefusal? refusal = await ReachAsync(() => _api.DeleteJobAsync(leftover.Name, cancellationToken));
        return refusal switch
        {
            null => true,
            { Class: RefusalClass.NotFound } => false,
            _ => throw new IOException($"{leftover.Name}: {refusal.Sentence}"),
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _connection?.Dispose();

    private async Task<IReadOnlyList<JobObject>> AllAsync(string selector, CancellationToken cancellationToken)
    {
        ApiResult<IReadOnlyList<JobObject>> jobs = await ReachAsync(() => JobPages.ListAsync(_api, selector, cancellationToken));
        return jobs.Value ?? throw new IOException(jobs.Refusal!.Sentence);
    }

    private static async Task<T> ReachAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (ApiUnreachableException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }
}

/// <summary>A Job whose workflow has ended.</summary>
/// <param name="Name">The name of the Job.</param>
/// <param name="Workflow">The workflow that it belonged to.</param>
/// <param name="User">The user that the Job belonged to.</param>
/// <param name="State"><c>Active</c>, <c>Suspended</c>, <c>Complete</c> or <c>Failed</c>.</param>
/// <param name="CreatedAt">The Job's creation time.</param>
public sealed record Leftover(string Name, string Workflow, string User, string State, DateTimeOffset? CreatedAt);
