using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Kubernetes.Api;
using Scailfin.JobManagers.Kubernetes.Leftovers;
using Scailfin.JobManagers.Kubernetes.Logs;
using Scailfin.JobManagers.Kubernetes.Manifests;
using Scailfin.JobManagers.Kubernetes.Secrets;
using Scailfin.JobManagers.Kubernetes.Watching;

namespace Scailfin.JobManagers.Kubernetes;

/// <summary>
/// Runs each attempt as one Kubernetes Job with one pod. The Job's name follows from job and attempt, so that Kubernetes itself sees to it
/// that there is one at most; what becomes of it is watched.
/// </summary>
internal sealed partial class KubernetesJobManager : IJobManager, IWatchesJobs, IStreamsLogs, IExplainsJobs, IChecksHealth, IAsyncDisposable
{
    private readonly KubernetesOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ComponentNames _names;
    private readonly JobManifestBuilder _manifests;
    private readonly ApiConnection _connection;
    private readonly KubernetesApi _api;
    private readonly ClusterWatch _watch;
    private readonly SecretStore _secrets;
    private readonly FollowedLogs _followed;
    private readonly ContainerLog _logs;
    private readonly LiveLogs _live;
    private readonly ConcurrentDictionary<string, AwaitedJob> _awaited = new(StringComparer.Ordinal);
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
        _manifests = new JobManifestBuilder(options);
        _connection = new ApiConnection(new ApiConfiguration(options), options.Requests, time);
        _api = new KubernetesApi(_connection, options.Namespace);
        _watch = new ClusterWatch(_api, options, time, logger);
        _secrets = new SecretStore(_api, options.UserId is { } user ? _names.UserSecrets(user) : null, time);
        _followed = new FollowedLogs(_api, options.LogLimit, time);
        _logs = new ContainerLog(_api, options.LogLimit, time, _followed);
        _live = new LiveLogs(_api, time);
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

    /// <summary>From now on what becomes of the attempt is remembered.</summary>
    private AwaitedJob Await(Attempt attempt, string name)
    {
        _watch.Start(attempt.Spec.WorkflowUuid);
        if (_options.RemovesLeftovers)
            RemoveLeftoversOnce();
        if (_awaited.TryGetValue(name, out AwaitedJob? known))
            return known;
        _watch.View.Await(name);
        return _awaited.GetOrAdd(name, _ => new AwaitedJob(attempt.JobId, attempt.Number));
    }

    private void TakeChange(string name)
    {
        if (!_awaited.TryGetValue(name, out AwaitedJob? job))
            return;
        _ = FollowLogAsync(name);
        _changed?.Invoke(job.Id);
    }

    /// <summary>Beside the first job, which does not wait for it.</summary>
    private void RemoveLeftoversOnce()
    {
        lock (_lock)
            _removal ??= new LeftoverRemoval(new KubernetesLeftovers(_api), _time, _logger).RunAsync(_stopping.Token);
    }

    /// <summary>Turns "no answer" into what the lifecycle understands.</summary>
    private static async Task<T> ReachAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (ApiUnreachableException exception)
        {
            throw new JobManagerUnavailableException(exception.Message, exception);
        }
    }
}
