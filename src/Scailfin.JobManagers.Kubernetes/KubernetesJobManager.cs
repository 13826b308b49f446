using Microsoft.Extensions.Logging;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Kubernetes.Api;
using Scailfin.JobManagers.Kubernetes.Explaining;
using Scailfin.JobManagers.Kubernetes.Leftovers;
using Scailfin.JobManagers.Kubernetes.Logs;
using Scailfin.JobManagers.Kubernetes.Manifests;
using Scailfin.JobManagers.Kubernetes.Observing;
using Scailfin.JobManagers.Kubernetes.Options;
using Scailfin.JobManagers.Kubernetes.Requests;
using Scailfin.JobManagers.Kubernetes.Secrets;
using Scailfin.JobManagers.Kubernetes.Stopping;
using Scailfin.JobManagers.Kubernetes.Submitting;
using Scailfin.JobManagers.Kubernetes.Watching;

namespace Scailfin.JobManagers.Kubernetes;

/// <summary>
/// Runs each attempt as one Kubernetes Job with one pod. The Job's name follows from job and attempt, so that Kubernetes itself sees to it
/// that there is one at most; what becomes of it is watched.
/// </summary>
internal sealed class KubernetesJobManager
    : IJobManager, IWatchesJobs, IStreamsLogs, IExplainsJobs, IChecksHealth, IListsJobs, IAsyncDisposable
{
    private readonly KubernetesOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ComponentNames _names;
    private readonly ApiConnection _connection;
    private readonly KubernetesApi _api;
    private readonly ClusterWatch _watch;
    private readonly AwaitedJobs _awaited;
    private readonly SecretStore _secrets;
    private readonly FollowedLogs _followed;
    private readonly JobLogs _logs;
    private readonly JobCreator _creator;
    private readonly JobRemover _remover;
    private readonly JobObserver _observer;
    private readonly JobExplainer _explainer;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private Task? _removal;
    private Action<JobId>? _changed;

    public KubernetesJobManager(KubernetesOptions options, TimeProvider time, ILogger logger)
    {
        _options = options;
        _time = time;
        _logger = logger;
        _names = new ComponentNames(options);
        var manifests = new JobManifestBuilder(options);
        _connection = new ApiConnection(new ApiConfiguration(options.Kubeconfig, options.Context), options.Requests, time);
        _api = new KubernetesApi(_connection, options.Namespace);
        _watch = new ClusterWatch(_api, options, time, logger);
        _awaited = new AwaitedJobs(_watch, RemoveLeftoversOnce);
        _secrets = new SecretStore(_api, options.UserId is { } user ? _names.UserSecrets(user) : null, time);
        _followed = new FollowedLogs(_api, options.LogLimit, time);
        _logs = new JobLogs(_watch, _followed, new ContainerLog(_api, options.LogLimit, time, _followed), new LiveLogs(_api, time));
        _creator = new JobCreator(_api, _watch, _awaited, _names, manifests, _secrets);
        _remover = new JobRemover(_api, _watch, manifests, _logs, options.KeepAliveStatuses, time);
        _observer = new JobObserver(
            _watch, _awaited, _names, _remover, options.Patience, time, logger, job => _changed?.Invoke(job), _stopping.Token);
        _explainer = new JobExplainer(_api, _watch, options.Namespace);
        _watch.View.Changed = TakeChange;
        Traits = new JobManagerTraits
        {
            HasReceipt = false,
            Staging = [StagingMode.Shared],
            NotKnownBound = TimeSpan.FromSeconds(60),
            ObserveInterval = TimeSpan.FromSeconds(10),
            InFlightLimit = options.InFlight,
            RestartLimit = options.RestartLimit,
        };
    }

    public JobManagerTraits Traits { get; }

    public Action<JobId>? Changed
    {
        set => _changed = value;
    }

    public IReadOnlyList<SpecProblem> Validate(JobSpec spec) => KubernetesSpecRules.Problems(spec, _options);

    public Task<Submission> SubmitAsync(Attempt attempt, CancellationToken cancellationToken) =>
        _creator.SubmitAsync(attempt, cancellationToken);

    public Task<IReadOnlyList<Finding>> FindAsync(IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken) =>
        _creator.FindAsync(attempts, cancellationToken);

    public Task<IReadOnlyList<Observation>> ObserveAsync(IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken) =>
        _observer.ObserveAsync(attempts, cancellationToken);

    public Task ApplyAsync(Attempt attempt, Remedy remedy, CancellationToken cancellationToken) =>
        _observer.ApplyAsync(attempt, remedy, cancellationToken);

    public Task<StopAnswer> StopAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        string name = _names.Of(attempt);
        return _remover.StopAsync(attempt, name, _awaited.Await(attempt, name), cancellationToken);
    }

    public Task<Collected> CollectAsync(Attempt attempt, AttemptEnd? end, CancellationToken cancellationToken)
    {
        string name = _names.Of(attempt);
        return _logs.CollectAsync(name, _awaited.Await(attempt, name), cancellationToken);
    }

    public async Task ReleaseAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        string name = _names.Of(attempt);
        await _remover.ReleaseAsync(name, _awaited.Await(attempt, name), cancellationToken);
        _awaited.Forget(name);
    }

    public Task<ReadOnlyMemory<byte>> ReadLogAsync(Attempt attempt, long offset, int limit, CancellationToken cancellationToken)
    {
        string name = _names.Of(attempt);
        _awaited.Await(attempt, name);
        return _logs.ReadAsync(name, offset, limit, cancellationToken);
    }

    public Task<IReadOnlyList<string>> ExplainAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        string name = _names.Of(attempt);
        _awaited.Await(attempt, name);
        return _explainer.ExplainAsync(name, cancellationToken);
    }

    public Task<IReadOnlyList<BackendJob>> ListAsync(Guid workflow, CancellationToken cancellationToken) =>
        new WorkflowJobs(_api, _options.Namespace).ListAsync(workflow, cancellationToken);

    public Task<string?> CheckHealthAsync(CancellationToken cancellationToken) => Task.FromResult(_watch.Failure);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await (_removal ?? Task.CompletedTask);
        await _watch.DisposeAsync();
        _followed.Dispose();
        _secrets.Dispose();
        _connection.Dispose();
    }

    private void TakeChange(string name)
    {
        if (_awaited.Find(name) is not { } job)
            return;
        _ = _logs.FollowAsync(name);
        _changed?.Invoke(job.Id);
    }

    /// <summary>Beside the first job, which does not wait for it.</summary>
    private void RemoveLeftoversOnce()
    {
        if (!_options.RemovesLeftovers)
            return;
        lock (_lock)
            _removal ??= new LeftoverRemoval(new KubernetesLeftovers(_api), _time, _logger).RunAsync(_stopping.Token);
    }
}
