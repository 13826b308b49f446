using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;

namespace Scailfin.Testing;

/// <summary>What a test tells the backend, and what it can ask of it.</summary>
public sealed partial class ScriptedJobManager
{
    private readonly HashSet<string> _released = [];
    private int _submitCalls;
    private int _findCalls;
    private int _listCalls;
    private int _observeCalls;
    private int _stopCalls;
    private int _applyCalls;
    private int _awayCalls;

    /// <summary>Whether attempts run by themselves: <c>exit N</c> ends at once, anything else runs until it is stopped.</summary>
    public bool AutoRun { get; set; }

    /// <summary>What attempts write; null for <see cref="LogOf"/>.</summary>
    public string? Output { get; set; }

    /// <summary>While set, every question is answered by <see cref="JobManagerUnavailableException"/>.</summary>
    public bool IsAway { get; set; }

    /// <summary>While set, <see cref="FindAsync"/> cannot tell.</summary>
    public bool CannotTell { get; set; }

    /// <summary>Whether the backend's own records name the job that was submitted.</summary>
    public bool RecordsIds { get; set; } = true;

    /// <summary>While set, stops are not accepted.</summary>
    public bool RefusesStops { get; set; }

    /// <summary>While set, stops are accepted and nothing ends.</summary>
    public bool IgnoresStops { get; set; }

    /// <summary>A submission reaches the backend when this completes.</summary>
    public Task SubmitDelay { get; set; } = Task.CompletedTask;

    /// <summary>Observations are answered when this completes.</summary>
    public Task ObserveDelay { get; set; } = Task.CompletedTask;

    /// <summary>Outputs are home when this completes.</summary>
    public Task CollectDelay { get; set; } = Task.CompletedTask;

    /// <summary>While set, outputs cannot be collected, for this reason.</summary>
    public string? CannotCollect { get; set; }

    public int SubmitCalls => _submitCalls;

    public int FindCalls => _findCalls;

    public int ListCalls => _listCalls;

    public int ObserveCalls => _observeCalls;

    public int StopCalls => _stopCalls;

    public int ApplyCalls => _applyCalls;

    /// <summary>Questions that were not answered.</summary>
    public int AwayCalls => _awayCalls;

    /// <summary>The jobs that the backend holds and that have not ended, in the order of arrival.</summary>
    public IReadOnlyList<JobId> Live
    {
        get
        {
            lock (_lock)
                return [.. _jobs.Values.Where(IsLive).Select(job => job.Attempt.JobId)];
        }
    }

    /// <summary>What the next submissions meet; after them, all are accepted.</summary>
    public void Next(params SubmitScript[] scripts)
    {
        lock (_lock)
        {
            foreach (SubmitScript script in scripts)
                _script.Enqueue(script);
        }
    }

    /// <summary>Puts an attempt into the backend as an earlier life of the service did.</summary>
    public void Hold(Attempt attempt)
    {
        lock (_lock)
            Arrive(attempt);
    }

    /// <summary>The backend begins to run the job.</summary>
    public void Start(JobId job) => Change(job, scripted => scripted.Running = true);

    /// <summary>The step exits.</summary>
    public void Exit(JobId job, int exitCode) => Change(job, scripted => Finish(scripted, exitCode));

    /// <summary>The attempt ends in this way.</summary>
    public void End(JobId job, AttemptEnd end) => Change(job, scripted => scripted.End ??= end);

    /// <summary>What the attempt left proves another end than the one that is observed.</summary>
    public void Overrule(JobId job, AttemptEnd verdict) => Change(job, scripted => scripted.Verdict = verdict);

    /// <summary>The attempt does not go on before this is done.</summary>
    public void Need(JobId job, Remedy remedy) => Change(job, scripted => scripted.Remedy = remedy);

    /// <summary>The backend loses all memory of the job.</summary>
    public void Forget(JobId job) => Change(job, scripted => scripted.Forgotten = true);

    /// <summary>The backend tells of a change that may be none, several times.</summary>
    public void HintTwice(JobId job)
    {
        Changed?.Invoke(job);
        Changed?.Invoke(job);
    }

    /// <summary>How often the first attempt of a job, or another one, was handed to the backend: more than 1 is a doubled job.</summary>
    public int Arrivals(JobId job, int attempt = 1)
    {
        lock (_lock)
            return _jobs.TryGetValue($"{job}.{attempt}", out ScriptedBackendJob? scripted) ? scripted.Arrivals : 0;
    }

    /// <summary>How often the step of an attempt ran.</summary>
    public int Runs(Attempt attempt)
    {
        lock (_lock)
            return _jobs.TryGetValue(attempt.Identity, out ScriptedBackendJob? scripted) && scripted.Running ? 1 : 0;
    }

    public bool WasReleased(JobId job, int attempt = 1)
    {
        lock (_lock)
            return _released.Contains($"{job}.{attempt}");
    }

    private static bool IsLive(ScriptedBackendJob job) => job is { Arrivals: > 0, End: null, Forgotten: false };

    private void Change(JobId job, Action<ScriptedBackendJob> change)
    {
        lock (_lock)
            change(_jobs.Values.Last(scripted => scripted.Attempt.JobId == job));
    }
}
