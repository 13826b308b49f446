using System.Collections.Concurrent;
using HTCondor.Net;
using HTCondor.Net.Jobs;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Time;
using Scailfin.JobManagers.HTCondor.Attempts;
using Scailfin.JobManagers.HTCondor.Requests;
using Scailfin.JobManagers.HTCondor.Staging;
using Scailfin.JobManagers.HTCondor.Submitters;
using Scailfin.JobWrapper;

namespace Scailfin.JobManagers.HTCondor;

/// <content>How attempts get into the queue.</content>
internal sealed partial class HTCondorJobManager
{
    private readonly ConcurrentDictionary<string, Lazy<Task<Submission>>> _underWay = new(StringComparer.Ordinal);

    /// <summary>
    /// Whoever submits the same attempt meanwhile gets the same answer. What has begun is not given up: its outcome must be known.
    /// </summary>
    public async Task<Submission> SubmitAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        var mine = new Lazy<Task<Submission>>(() => SubmitAloneAsync(attempt));
        return await _underWay.GetOrAdd(attempt.Identity, mine).Value.WaitAsync(cancellationToken);
    }

    public Task<IReadOnlyList<Finding>> FindAsync(IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken) =>
        BySubmitterAsync<Finding>(
            attempts,
            (session, some) => FindAsync(session, some, cancellationToken),
            (_, why) => new Finding.CannotTell(why));

    private async Task<Submission> SubmitAloneAsync(Attempt attempt)
    {
        try
        {
            return await SubmitOnceAsync(attempt);
        }
        catch (UnauthorizedAccessException exception)
        {
            return new Submission.Rejected(
                $"The files of the job cannot be written to its workspace '{attempt.Spec.WorkflowWorkspace}': {exception.Message}");
        }
        catch (IOException exception)
        {
            return new Submission.Deferred(
                $"The files of the job cannot be written to its workspace '{attempt.Spec.WorkflowWorkspace}': {exception.Message}",
                DeferralScope.Attempt);
        }
        catch (JobManagerUnavailableException exception) when (_sessions.Count > 1)
        {
            return new Submission.Deferred(exception.Message, DeferralScope.Owner);
        }
        finally
        {
            _underWay.TryRemove(attempt.Identity, out _);
        }
    }

    private async Task<Submission> SubmitOnceAsync(Attempt attempt)
    {
        if (Submitter.Of(attempt, _options) is not { } submitter)
        {
            return new Submission.Rejected(
                $"User '{attempt.Owner}' cannot submit jobs to HTCondor: that is not the name of an account that may submit.");
        }

        if (!Directory.Exists(attempt.Spec.WorkflowWorkspace))
            return new Submission.Rejected($"The workspace '{attempt.Spec.WorkflowWorkspace}' does not exist on this machine.");
        if (submitter.Login.Length > 0 && WorkspaceOwner.IsOnlyRoot(attempt.Spec.WorkflowWorkspace))
        {
            return new Submission.Rejected(
                $"The workspace '{attempt.Spec.WorkflowWorkspace}' belongs to root, but '{submitter.Login}' submits the job and has to own "
                    + "it: chown it.");
        }

        ScheddSession session = SessionOf(submitter);
        if (await InWorkspaceAsync(attempt, place => File.Exists(place.Submitting), CancellationToken.None))
            return await FindEarlierAsync(session, attempt);
        ReadyAttempt? ready = await InWorkspaceAsync(attempt, place => Prepare(attempt, place, submitter), CancellationToken.None);
        Submission submission = ready is null
            ? new Submission.Rejected("It was stopped before it was handed to HTCondor.")
            : await session.Submissions.AddAsync(ready);
        if (submission is Submission.Accepted accepted && AttemptHandle.Parse(accepted.Handle) is { } key)
            Watch(attempt, key);
        return submission;
    }

    /// <summary>An earlier submission was begun: there is never a second one before it is certain that the first has not arrived.</summary>
    private async Task<Submission> FindEarlierAsync(ScheddSession session, Attempt attempt) =>
        (await FindAsync(session, [attempt], CancellationToken.None))[0] switch
        {
            Finding.Found found => new Submission.Accepted(found.Handle),
            Finding.CertainlyNot => await SubmitOnceAsync(attempt),
            _ => new Submission.Unknown("An earlier submission of the job was begun; whether it arrived is not certain yet."),
        };

    /// <summary>Writes what the job needs; null where it was stopped.</summary>
    private ReadyAttempt? Prepare(Attempt attempt, AttemptPlace place, Submitter submitter)
    {
        if (File.Exists(place.Tombstone))
            return null;
        AttemptFiles.MakeDirectory(place);
        StepRequest request = StepRequest.Read(attempt.Spec, _options, []);
        WriteScript(attempt, place, request);
        if (_options.Profile.Staging != StagingMode.Shared)
            InputArchive.Write(place, CancellationToken.None);
        return Describe(attempt, place, submitter);
    }

    private ReadyAttempt Describe(Attempt attempt, AttemptPlace place, Submitter submitter)
    {
        StepRequest request = StepRequest.Read(attempt.Spec, _options, []);
        JobDescription description = StepDescription.Of(
            attempt, request, _options, _backend, submitter, File.Exists(place.Files.InputArchive));
        return new ReadyAttempt(attempt, description);
    }

    private void WriteScript(Attempt attempt, AttemptPlace place, StepRequest request)
    {
        Attempt bounded = attempt with { Spec = attempt.Spec with { Timeout = StepDescription.StepRuntime(attempt.Spec, request) } };
        var where = new WrapperPlace
        {
            Staging = _options.Profile.Staging,
            Directory = _options.Profile.Staging == StagingMode.Transfer ? null : place.Directory,
            EchoesOutput = _options.Profile.Staging != StagingMode.Shared,
        };
        AttemptFiles.Write(place.Files.Script, WrapperScript.Render(bounded, _options.Profile, where));
    }

    private async Task<IReadOnlyList<Finding>> FindAsync(
        ScheddSession session, IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken)
    {
        Dictionary<string, SeenJob> found = await SeeAsync(session, attempts, sparingly: false, cancellationToken);
        var findings = new List<Finding>();
        foreach (Attempt attempt in attempts)
        {
            if (found.TryGetValue(attempt.Identity, out SeenJob? seen))
            {
                _absence.Forget(attempt.Identity);
                Watch(attempt, seen.Job.Key);
                findings.Add(new Finding.Found(AttemptHandle.Of(seen.Job.Key)));
            }
            else
            {
                findings.Add(await FindMissingAsync(attempt, cancellationToken));
            }
        }

        return findings;
    }

    private async Task<Finding> FindMissingAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        try
        {
            return await InWorkspaceAsync(attempt, place => FindMissing(attempt, place), cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new Finding.CannotTell(
                $"HTCondor does not have the job, and whether a submission was begun cannot be read in its workspace: {exception.Message}");
        }
    }

    private Finding FindMissing(Attempt attempt, AttemptPlace place)
    {
        bool begun = File.Exists(place.Submitting);
        if (begun && !_absence.IsCertain(attempt.Identity))
        {
            return new Finding.CannotTell(
                "Waiting: HTCondor does not have the job; a submission of it that was begun may still arrive within "
                    + $"{_absence.Bound.TotalSeconds:0} s.");
        }

        if (begun)
            File.Delete(place.Submitting);
        _absence.Forget(attempt.Identity);
        return new Finding.CertainlyNot();
    }

    /// <summary>
    /// What queue and history have: the queue first, for a job moves from there to the history and never back. Should there be two of one
    /// attempt, the one that counts comes with the others as its twins.
    /// </summary>
    /// <param name="session">Whose jobs.</param>
    /// <param name="attempts">The attempts.</param>
    /// <param name="sparingly">Whether the history, which costs the schedd a search, is asked ever more seldom for what it did not
    /// have.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    private async Task<Dictionary<string, SeenJob>> SeeAsync(
        ScheddSession session, IReadOnlyList<Attempt> attempts, bool sparingly, CancellationToken cancellationToken)
    {
        var seen = new Dictionary<string, SeenJob>(StringComparer.Ordinal);
        foreach ((string identity, List<HTCondorOutput> jobs) in await session.Calls.QueueAsync(_backend, attempts, cancellationToken))
        {
            seen[identity] = SeenJob.Of(jobs);

            // Once it leaves the queue, the history is asked at once.
            _missing.TryRemove(identity, out _);
        }

        Attempt[] missing = [.. attempts.Where(attempt => !seen.ContainsKey(attempt.Identity) && (!sparingly || RestOf(attempt).IsOver))];
        if (missing.Length == 0)
            return seen;
        foreach ((string identity, List<HTCondorOutput> jobs) in await session.Calls.HistoryAsync(missing, cancellationToken))
            seen[identity] = SeenJob.Of(jobs) with { Twins = [] };
        foreach (Attempt attempt in missing.Where(attempt => !seen.ContainsKey(attempt.Identity)))
            RestOf(attempt).Begin();
        return seen;
    }

    private BackOff RestOf(Attempt attempt) => _missing.GetOrAdd(attempt.Identity, _ => new BackOff(_time));
}

/// <summary>An attempt in the queue or the history.</summary>
/// <param name="Job">The job that counts.</param>
/// <param name="Twins">Others of the same attempt in the queue.</param>
internal sealed record SeenJob(HTCondorOutput Job, IReadOnlyList<JobKey> Twins)
{
    public static SeenJob Of(IReadOnlyList<HTCondorOutput> jobs)
    {
        HTCondorOutput first = jobs.Aggregate((one, other) => other.IsBefore(one) ? other : one);
        return new SeenJob(first, [.. jobs.Where(job => job != first).Select(job => job.Key)]);
    }
}
