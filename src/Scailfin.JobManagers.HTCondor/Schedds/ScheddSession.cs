using HTCondor.Net;
using HTCondor.Net.Jobs;
using Microsoft.Extensions.Logging;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Lifecycle;
using Scailfin.JobManagers.Batch.Accounts;
using Scailfin.JobManagers.Batch.Attempts;
using Scailfin.JobManagers.HTCondor.Ads;
using Scailfin.JobManagers.HTCondor.EventLogs;
using Scailfin.JobManagers.HTCondor.Options;
using Scailfin.JobManagers.HTCondor.Requests;
using Scailfin.JobManagers.HTCondor.Verdicts;

namespace Scailfin.JobManagers.HTCondor.Schedds;

/// <summary>The calls of one account to the schedd.</summary>
internal sealed partial class ScheddSession : ISchedulerSession
{
    private readonly ScheddCalls _calls;
    private readonly Account _account;
    private readonly string _backend;
    private readonly HTCondorOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly HTCondorObservation _observation;
    private readonly Spoolings _spoolings;

    public ScheddSession(
        ScheddCalls calls, Account account, string backend, HTCondorOptions options, TimeProvider time, ILogger logger)
    {
        _calls = calls;
        _account = account;
        _backend = backend;
        _options = options;
        _time = time;
        _logger = logger;
        _observation = new HTCondorObservation(options);
        _spoolings = new(
            jobs => calls.SpoolAsync(jobs, CancellationToken.None), TimeSpan.FromSeconds(1.0 / options.SubmitsPerSecond), time);
    }

    /// <summary>The points at which tests kill the service.</summary>
    public FaultPoints Faults { get; init; } = FaultPoints.None;

    /// <summary>Hints from the event logs; null if the logs are on another machine.</summary>
    public EventWatch? Events { get; init; }

    public async Task<IReadOnlyDictionary<string, Sighting>> LookInQueueAsync(
        IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken) =>
        Sightings(attempts, await _calls.QueueAsync(_backend, attempts, cancellationToken), areQueued: true);

    public async Task<IReadOnlyDictionary<string, Sighting>> LookInHistoryAsync(
        IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken) =>
        Sightings(attempts, await _calls.HistoryAsync(attempts, cancellationToken), areQueued: false);

    public async Task ForgetAsync(IReadOnlyList<Attempt> attempts)
    {
        await _calls.ReleaseAsync(attempts);
        foreach (Attempt attempt in attempts)
        {
            Events?.Remove(new AttemptPlace(attempt), attempt.JobId);
            if (AttemptHandle.Parse(attempt.Handle) is { } key)
                _spoolings.Forget(key);
        }
    }

    /// <summary>
    /// Retrieves spooled output from the schedd: of a completed job, and of one that is held because its outputs could not be staged out.
    /// </summary>
    public async Task RetrieveAsync(Attempt attempt, BatchEnd end, CancellationToken cancellationToken)
    {
        if (!_options.Spool || end is not HTCondorEnd { Job: { IsQueued: true } job })
            return;
        try
        {
            if (job.Status == HTCondorStates.Completed || end.Evidence.FailedPhase == Evidence.StageOutPhase)
                await _calls.RetrieveAsync(job.Key, cancellationToken);
        }
        catch (JobManagerUnavailableException exception) when (job.Status != HTCondorStates.Completed)
        {
            LogNothingRetrieved(_logger, job.Key.ToString(), exception.Message);
        }
        catch (JobManagerUnavailableException exception)
        {
            // If the schedd answers another question, this job's files are the problem, and other jobs are not affected.
            await _calls.QueueAsync(_backend, [attempt], cancellationToken);
            throw new IOException($"The outputs of job {job.Key} could not be retrieved: {exception.Message}", exception);
        }
    }

    public Task CheckAsync(CancellationToken cancellationToken) => _calls.LocateAsync(cancellationToken);

    /// <summary>Should the queue have two of one attempt, the one that counts is seen, and the others are to be removed.</summary>
    private Dictionary<string, Sighting> Sightings(
        IReadOnlyList<Attempt> attempts, Dictionary<string, List<HTCondorOutput>> found, bool areQueued)
    {
        DateTimeOffset now = _time.GetUtcNow();
        var sightings = new Dictionary<string, Sighting>(StringComparer.Ordinal);
        foreach (Attempt attempt in attempts)
        {
            if (!found.TryGetValue(attempt.Identity, out List<HTCondorOutput>? jobs))
                continue;
            HTCondorOutput first = jobs.Aggregate((one, other) => other.IsBefore(one) ? other : one);
            Observation observation = _observation.Of(attempt, first, now);
            if (areQueued && jobs.Count > 1)
            {
                JobKey[] twins = [.. jobs.Where(job => job != first).Select(job => job.Key)];
                observation = observation with { Remedy = new RemoveTwins(first.Key, twins) };
            }

            if (first.Starts == 0 && _spoolings.ProblemOf(first.Key) is { } problem)
                observation = WithSpoolProblem(observation, problem);
            Events?.Add(new AttemptPlace(attempt), attempt.JobId, first.Key);
            sightings[attempt.Identity] =
                new Sighting(AttemptHandle.Of(first.Key), observation) { Explain = () => HTCondorExplanation.Of(first) };
        }

        return sightings;
    }

    /// <summary>Adds why the input could not be spooled to a job that waits for it, or that ended without it.</summary>
    private static Observation WithSpoolProblem(Observation observation, string problem) => observation switch
    {
        { End: { Evidence: { } evidence } end } => observation with
        {
            End = end with { Evidence = evidence with { Text = $"{evidence.Text} The last try to send its input failed: {problem}" } },
        },
        { Phase: ObservedPhase.Waiting, Reason.Length: > 0 } =>
            observation with { Reason = $"{observation.Reason} The last try failed: {problem}" },
        _ => observation,
    };

    private JobDescription Describe(Attempt attempt, bool hasInput) => StepDescription.Of(
        attempt, StepRequest.Read(attempt.Spec, _options, []), _options, _backend, _account, hasInput);

    [LoggerMessage(EventId = 706, Level = LogLevel.Information, Message = "Nothing could be retrieved of the held job {Job}: {Reason}")]
    private static partial void LogNothingRetrieved(ILogger logger, string job, string reason);
}
