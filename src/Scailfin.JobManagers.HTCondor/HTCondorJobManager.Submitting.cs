using System.Collections.Concurrent;
using HTCondor.Net.Jobs;
using HTCondor.Net.Schedds;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.HTCondor.Attempts;
using Scailfin.JobManagers.HTCondor.Requests;
using Scailfin.JobManagers.HTCondor.Staging;
using Scailfin.JobManagers.HTCondor.Submitters;
using Scailfin.JobWrapper;

namespace Scailfin.JobManagers.HTCondor;

/// <summary>How attempts get into the queue.</summary>
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
        BySubmitterAsync(attempts, (session, some) => FindAsync(session, some, cancellationToken));

    private async Task<Submission> SubmitAloneAsync(Attempt attempt)
    {
        try
        {
            return await SubmitOnceAsync(attempt);
        }
        finally
        {
            _underWay.TryRemove(attempt.Identity, out _);
        }
    }

    private async Task<Submission> SubmitOnceAsync(Attempt attempt)
    {
        if (Submitter.Of(attempt, _options) is not { } submitter)
            return new Submission.Rejected($"The owner '{attempt.Owner}' of the job is no user who can submit to HTCondor.");
        if (!Directory.Exists(attempt.Spec.WorkflowWorkspace))
            return new Submission.Rejected($"The workspace '{attempt.Spec.WorkflowWorkspace}' does not exist on this machine.");
        if (submitter.Login.Length > 0 && WorkspaceOwner.IsOnlyRoot(attempt.Spec.WorkflowWorkspace))
            return new Submission.Rejected($"The workspace '{attempt.Spec.WorkflowWorkspace}' belongs to root, "
                + $"but '{submitter.Login}' submits the job and has to own it: chown it.");
        ScheddSession session = SessionOf(submitter);
        if (await InWorkspaceAsync(attempt, place => File.Exists(place.Submitting), CancellationToken.None))
            return await FindEarlierAsync(session, attempt);
        ReadyAttempt? ready;
        try
        {
            ready = await InWorkspaceAsync(attempt, place => Prepare(attempt, place, submitter), CancellationToken.None);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new JobManagerUnavailableException(
                $"The files of the job cannot be prepared in its workspace: {exception.Message}", exception);
        }

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
        Dictionary<string, HTCondorOutput> found = await SeeAsync(session, attempts, since: null, cancellationToken);
        var findings = new List<Finding>();
        foreach (Attempt attempt in attempts)
        {
            if (found.TryGetValue(attempt.Identity, out HTCondorOutput? job))
            {
                _absence.Forget(attempt.Identity);
                Watch(attempt, job.Key);
                findings.Add(new Finding.Found(AttemptHandle.Of(job.Key)));
            }
            else
            {
                findings.Add(await InWorkspaceAsync(attempt, place => FindingOfMissing(attempt, place), cancellationToken));
            }
        }

        return findings;
    }

    private Finding FindingOfMissing(Attempt attempt, AttemptPlace place)
    {
        bool begun = File.Exists(place.Submitting);
        if (begun && !_absence.IsCertain(attempt.Identity))
            return new Finding.CannotTell("Waiting: HTCondor does not have the job; "
                + $"a submission of it that was begun may still arrive within {_absence.Bound.TotalSeconds:0} s.");
        if (begun)
            File.Delete(place.Submitting);
        _absence.Forget(attempt.Identity);
        return new Finding.CertainlyNot();
    }

    /// <summary>
    /// What queue and history have: the queue first, for a job moves from there to the history and never back. Should there be two of one
    /// attempt, the one that counts stays and the others are removed.
    /// </summary>
    private async Task<Dictionary<string, HTCondorOutput>> SeeAsync(
        ScheddSession session, IReadOnlyList<Attempt> attempts, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        Dictionary<string, List<HTCondorOutput>> queue = await session.Calls.QueueAsync(_backend, attempts, cancellationToken);
        var seen = new Dictionary<string, HTCondorOutput>(StringComparer.Ordinal);
        foreach ((string identity, List<HTCondorOutput> jobs) in queue)
        {
            HTCondorOutput first = jobs.Aggregate((one, other) => other.IsBefore(one) ? other : one);
            seen[identity] = first;
            foreach (HTCondorOutput twin in jobs.Where(job => job != first))
            {
                LogTwin(_logger, identity, first.Key.ToString(), twin.Key.ToString());
                await session.Calls.ActAsync(JobAction.Remove, twin.Key, $"Scailfin has the same attempt as job {first.Key}");
            }
        }

        Attempt[] missing = [.. attempts.Where(attempt => !seen.ContainsKey(attempt.Identity))];
        if (missing.Length == 0)
            return seen;
        foreach ((string identity, List<HTCondorOutput> jobs) in await session.Calls.HistoryAsync(missing, since, cancellationToken))
            seen[identity] = jobs.Aggregate((one, other) => other.IsBefore(one) ? other : one);
        return seen;
    }
}
