using System.Collections.Concurrent;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Workspaces;
using Scailfin.JobManagers.Batch.Accounts;
using Scailfin.JobManagers.Batch.Attempts;
using Scailfin.JobManagers.Batch.Options;
using Scailfin.JobManagers.Batch.Staging;
using Scailfin.JobWrapper;

namespace Scailfin.JobManagers.Batch.Submissions;

/// <summary>Submits each attempt to the queue exactly once, even if an answer is lost.</summary>
/// <param name="scheduler">The scheduler's name, for messages.</param>
/// <param name="options">The backend's options.</param>
/// <param name="conversations">The conversations with the scheduler.</param>
/// <param name="view">What the scheduler has.</param>
/// <param name="absence">Decides when an attempt that the scheduler does not have is certainly absent.</param>
internal sealed class Handover(
    string scheduler, BatchOptions options, Conversations conversations, SchedulerView view, CertainAbsence absence)
{
    private readonly ConcurrentDictionary<string, Lazy<Task<Submission>>> _underWay = new(StringComparer.Ordinal);

    /// <summary>How long the step of a valid specification may run.</summary>
    public required Func<JobSpec, TimeSpan> RuntimeOf { get; init; }

    /// <summary>Logs in at the scheduler.</summary>
    public required Func<Task> LogInAsync { get; init; }

    /// <summary>
    /// Concurrent calls for the same attempt get the same answer. A submission that has begun is not cancelled: its outcome must be known.
    /// </summary>
    public async Task<Submission> SubmitAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        var mine = new Lazy<Task<Submission>>(() => SubmitAloneAsync(attempt));
        return await _underWay.GetOrAdd(attempt.Identity, mine).Value.WaitAsync(cancellationToken);
    }

    public Task<IReadOnlyList<Finding>> FindAsync(IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken) =>
        conversations.AskEachAsync<Finding>(
            attempts,
            (session, some) => FindAsync(session, some, cancellationToken),
            (_, why) => new Finding.CannotTell(why));

    private async Task<Submission> SubmitAloneAsync(Attempt attempt)
    {
        try
        {
            return await SubmitOnceAsync(attempt);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new Submission.Deferred(AttemptFiles.CannotWrite(attempt, exception), DeferralScope.Attempt);
        }
        catch (JobManagerUnavailableException exception) when (conversations.AreSeveral)
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
        if (Account.Of(attempt, options) is not { } account)
        {
            return new Submission.Rejected(
                $"User '{attempt.Owner}' cannot submit jobs to {scheduler}: no account is known that submits for this user. "
                    + "The operator can name one in 'accounts' of the backends file (SCAILFIN_BACKENDS).");
        }

        string workspace = attempt.Spec.WorkflowWorkspace;
        if (!Presence.OfDirectory(workspace))
            return new Submission.Rejected($"The workspace '{workspace}' does not exist on this machine.");
        if (WorkspaceOwner.Problem(workspace, account.Login, options.User == Account.OwnerMark) is { } problem)
            return new Submission.Rejected(problem);

        Conversation conversation = conversations.With(account);
        if (await AttemptFiles.InWorkspaceAsync(attempt, place => Presence.OfFile(place.Submitting), CancellationToken.None))
            return await FindEarlierAsync(conversation.Session, attempt);

        // A failure here happens before the call to the scheduler, so the marker file of the submission is not written yet.
        await LogInAsync();
        ReadyAttempt? ready;
        try
        {
            ready = await AttemptFiles.InWorkspaceAsync(attempt, place => Prepare(attempt, place), CancellationToken.None);
        }
        catch (UnauthorizedAccessException exception)
        {
            // The look before proved that no submission was begun: only here may a missing permission end the job.
            return new Submission.Rejected(AttemptFiles.CannotWrite(attempt, exception));
        }

        return ready is null ? AttemptFiles.StoppedBefore(scheduler) : await conversation.Submissions.AddAsync(ready);
    }

    /// <summary>An earlier submission was begun: there is never a second one before it is certain that the first has not arrived.</summary>
    private async Task<Submission> FindEarlierAsync(ISchedulerSession session, Attempt attempt) =>
        (await FindAsync(session, [attempt], CancellationToken.None))[0] switch
        {
            Finding.Found found => new Submission.Accepted(found.Handle),
            Finding.CertainlyNot => await SubmitOnceAsync(attempt),
            _ => new Submission.Unknown("An earlier submission of the job was begun; whether it arrived is not certain yet."),
        };

    /// <summary>Writes the files that the job needs; null if it was stopped.</summary>
    private ReadyAttempt? Prepare(Attempt attempt, AttemptPlace place)
    {
        if (Presence.OfFile(place.Tombstone))
            return null;
        AttemptFiles.MakeDirectory(place);
        Attempt bounded = attempt with { Spec = attempt.Spec with { Timeout = RuntimeOf(attempt.Spec) } };
        StagingMode staging = options.Profile.Staging;
        (long, string)? input = staging == StagingMode.Shared ? null : InputArchive.Write(place, CancellationToken.None);
        var where = new WrapperPlace
        {
            Staging = staging,
            Directory = staging == StagingMode.Transfer ? null : place.Directory,
            EchoesOutput = staging != StagingMode.Shared,
            Nonce = AttemptFiles.NonceOf(place) ?? WrapperPlace.NewNonce(),
            Input = input,
        };
        AttemptFiles.Write(place.Files.Script, WrapperScript.Render(bounded, options.Profile, where));
        return new ReadyAttempt(attempt, input is not null);
    }

    private async Task<IReadOnlyList<Finding>> FindAsync(
        ISchedulerSession session, IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken)
    {
        Dictionary<string, Sighting> found = await view.SeeAsync(session, attempts, sparingly: false, cancellationToken);
        var findings = new List<Finding>();
        foreach (Attempt attempt in attempts)
        {
            if (found.TryGetValue(attempt.Identity, out Sighting? seen))
            {
                absence.Forget(attempt.Identity);
                findings.Add(new Finding.Found(seen.Handle));
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
            return await AttemptFiles.InWorkspaceAsync(attempt, place => FindMissing(attempt, place), cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new Finding.CannotTell(
                $"{scheduler} does not have the job, and whether a submission was begun cannot be read in its workspace: "
                    + exception.Message);
        }
    }

    private Finding FindMissing(Attempt attempt, AttemptPlace place)
    {
        bool begun = Presence.OfFile(place.Submitting);
        if (begun && !absence.IsCertain(attempt.Identity))
        {
            return new Finding.CannotTell(
                $"Waiting: {scheduler} does not have the job; a submission of it that was begun may still arrive within "
                    + $"{absence.Bound.TotalSeconds:0} s.");
        }

        if (begun)
            File.Delete(place.Submitting);
        absence.Forget(attempt.Identity);
        return new Finding.CertainlyNot();
    }
}
