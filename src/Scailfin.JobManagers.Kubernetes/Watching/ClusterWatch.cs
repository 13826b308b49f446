using Microsoft.Extensions.Logging;
using Scailfin.Core.JobManagers;
using Scailfin.JobManagers.Kubernetes.Api;
using Scailfin.JobManagers.Kubernetes.Manifests;
using Scailfin.JobManagers.Kubernetes.Objects;
using Scailfin.JobManagers.Kubernetes.Options;

namespace Scailfin.JobManagers.Kubernetes.Watching;

/// <summary>
/// The watches of Jobs and pods: of one workflow, or of all of REANA's jobs in the namespace. They begin with the first job.
/// </summary>
internal sealed class ClusterWatch(KubernetesApi api, KubernetesOptions options, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private Reflector<JobObject>? _jobs;
    private Reflector<PodObject>? _pods;
    private Task _running = Task.CompletedTask;

    /// <summary>The state of the cluster as last seen.</summary>
    public ClusterView View { get; } = new(time);

    /// <summary>Why what was seen may be out of date; null while it is not.</summary>
    public string? Failure => _jobs?.Failure ?? _pods?.Failure;

    /// <summary>The time of the last complete list of pods.</summary>
    public DateTimeOffset PodsAsOf => _pods?.AsOf ?? DateTimeOffset.MinValue;

    /// <summary>Begins, unless it has.</summary>
    public void Start(Guid workflow)
    {
        lock (_lock)
        {
            if (_jobs is not null || _stopping.IsCancellationRequested)
                return;
            string selector = options.OneWorkflow ? $"{Names.WorkflowLabel}={workflow:D}" : Names.WorkflowLabel;
            _jobs = new Reflector<JobObject>(
                ObjectKinds.Jobs, selector, api, View.Take, View.MissJob, View.Replace, options.Patience.Relist, View.Steady, logger);
            _pods = new Reflector<PodObject>(
                ObjectKinds.Pods, selector, api, View.Take, View.MissPod, View.Replace, options.Patience.Relist, View.Steady, logger);
            _running = Task.WhenAll(_jobs.RunAsync(_stopping.Token), _pods.RunAsync(_stopping.Token));
        }
    }

    /// <summary>Waits until what was seen is all that there is.</summary>
    /// <exception cref="JobManagerUnavailableException">Kubernetes cannot list the objects now.</exception>
    public async Task ReadyAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_jobs!.FirstListAsync(), _pods!.FirstListAsync()).WaitAsync(cancellationToken);
        if (Failure is { } failure)
            throw new JobManagerUnavailableException(failure);
    }

    /// <summary>Lists the Jobs now.</summary>
    /// <exception cref="ApiUnreachableException">There was no answer.</exception>
    public Task<ApiRefusal?> ListJobsAsync(CancellationToken cancellationToken) => _jobs!.ListAsync(cancellationToken);

    /// <summary>Lists the pods now.</summary>
    /// <exception cref="ApiUnreachableException">There was no answer.</exception>
    public Task<ApiRefusal?> ListPodsAsync(CancellationToken cancellationToken) => _pods!.ListAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
    }
}
