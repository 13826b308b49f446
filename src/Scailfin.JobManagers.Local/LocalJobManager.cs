using System.ComponentModel;
using Scailfin.Core.Accounts;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.Core.Time;
using Scailfin.Core.Workspaces;
using Scailfin.JobManagers.Batch.Attempts;
using Scailfin.JobManagers.Local.Accounts;
using Scailfin.JobWrapper;

namespace Scailfin.JobManagers.Local;

/// <summary>
/// Runs each attempt as a wrapper process of this machine. The attempt's directory is authoritative: its claim says that the attempt
/// was begun, its receipt how it ended. Jobs outlive the service and are found again by their directory.
/// </summary>
internal sealed class LocalJobManager(
    string directory, LocalOptions options, WorkspacePath workspaces, StepUsers stepUsers, TimeProvider time)
    : IJobManager, IWatchesJobs, IStreamsLogs, IExplainsJobs
{
    private Action<JobId>? _changed;

    public Action<JobId>? Changed
    {
        set => _changed = value;
    }

    public JobManagerTraits Traits { get; } = new()
    {
        HasReceipt = true,
        Staging = [StagingMode.Shared],
        NotKnownBound = TimeSpan.FromSeconds(5),
        ObserveInterval = TimeSpan.FromSeconds(1),
        InFlightLimit = options.InFlight,
    };

    public IReadOnlyList<SpecProblem> Validate(JobSpec spec) => WrapperScript.Validate(spec, options.Profile);

    public Task<Submission> SubmitAsync(Attempt attempt, CancellationToken cancellationToken) => Task.FromResult(Submit(attempt));

    public Task<IReadOnlyList<Finding>> FindAsync(IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Finding>>([.. attempts.Select(Find)]);

    public Task<IReadOnlyList<Observation>> ObserveAsync(IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Observation>>([.. attempts.Select(Look)]);

    public Task ApplyAsync(Attempt attempt, Remedy remedy, CancellationToken cancellationToken)
    {
        // A killed wrapper writes no receipt; the marker file records that this service killed it.
        if (remedy is KillDeafWrapper)
            LocalAttempt.MarkKilled(FilesOf(attempt));
        ProcessTable.KillAttempt(attempt.Identity);
        return Task.CompletedTask;
    }

    public async Task<StopAnswer> StopAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        WrapperFiles files = FilesOf(attempt);
        Directory.CreateDirectory(files.Directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        // The claim can be taken only once: if this service takes it, no wrapper of this attempt will ever run the step.
        if (LocalAttempt.TryForbid(files))
            return new StopAnswer.Accepted();
        await UntilAsync(
            () => LocalAttempt.Owner(files) is not null || ProcessTable.MembersOf(attempt.Identity).Count == 0, cancellationToken);
        if (LocalAttempt.Owner(files) is { } owner && ProcessTable.IsAlive(owner.Pid, owner.StartTime))
        {
            try
            {
                LocalAttempt.MarkStopped(files, time.Monotonic());
            }
            finally
            {
                // A full disk does not keep the step running: the stop is repeated until the mark is written, too.
                ProcessTable.SendTerminate(owner.Pid);
            }
        }

        return new StopAnswer.Accepted();
    }

    public Task<Collected> CollectAsync(Attempt attempt, AttemptEnd? end, CancellationToken cancellationToken) => Task.Run(
        () => new Collected(MainStream.ReadAll(FilesOf(attempt).Output, options.Profile.LogHead + options.Profile.LogTail + 1024)),
        cancellationToken);

    public async Task ReleaseAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        WrapperFiles files = FilesOf(attempt);

        // Wait until the wrapper exits, which it does after it wrote the receipt: an attempt without files looks as if it had not begun.
        await UntilAsync(
            () => LocalAttempt.Owner(files) is not { } owner || !ProcessTable.IsAlive(owner.Pid, owner.StartTime), cancellationToken);
        if (!Presence.OfDirectory(directory))
            return;
        using DirectoryHandle attempts = DirectoryHandle.Open(directory);
        attempts.RemoveAll(RawName.Of(attempt.Identity));
    }

    public Task<ReadOnlyMemory<byte>> ReadLogAsync(Attempt attempt, long offset, int limit, CancellationToken cancellationToken) =>
        Task.Run(() => MainStream.Read(FilesOf(attempt).Output, offset, limit), cancellationToken);

    public Task<IReadOnlyList<string>> ExplainAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        bool runs = Look(attempt).Phase == ObservedPhase.Running;
        IReadOnlyList<string> sentences = runs && LocalAttempt.Owner(FilesOf(attempt)) is { } owner
            ? [$"It runs on this machine as process {owner.Pid}."]
            : [];
        return Task.FromResult(sentences);
    }

    private Observation Look(Attempt attempt) => LocalObservation.Of(attempt, FilesOf(attempt), options.Profile.StopGrace, time);

    /// <summary>
    /// A wrapper that has not claimed yet may exist; starting a second one is harmless, because only one of them gets the claim.
    /// </summary>
    private Finding Find(Attempt attempt) => Look(attempt) switch
    {
        { Phase: ObservedPhase.NotKnown } => new Finding.CertainlyNot(),
        { Phase: ObservedPhase.CannotLook } blind => new Finding.CannotTell(blind.Reason),
        _ => new Finding.Found(HandleOf(attempt)),
    };

    private Submission Submit(Attempt attempt)
    {
        WrapperFiles files = FilesOf(attempt);
        try
        {
            if (Presence.OfDirectory(files.Directory) && Find(attempt) is var earlier and not Finding.CertainlyNot)
            {
                return earlier is Finding.CannotTell blind
                    ? new Submission.Unknown(blind.Why)
                    : new Submission.Accepted(HandleOf(attempt));
            }

            if (PlaceOf(attempt, files, out Submission? refusal) is not { } place)
                return refusal!;
            Directory.CreateDirectory(files.Directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

            // Keep the nonce of an earlier submission: its wrapper may already run from this file, and its receipt must remain valid.
            string nonce = WrapperScript.NonceOfFile(files.Script) ?? WrapperPlace.NewNonce();
            AttemptFiles.Write(files.Script, WrapperScript.Render(attempt, options.Profile, place with { Nonce = nonce }));

            // The receipt must find room, however full the disk is by then: without room, the job waits here and no step begins.
            if (!Presence.OfFile(files.Reserve))
                AttemptFiles.Write(files.Reserve, WrapperFiles.ReserveContent);
            int pid = LocalProcess.Start(attempt, files, () => _changed?.Invoke(attempt.JobId));
            return new Submission.Accepted(StartedHandleOf(attempt, pid));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or Win32Exception)
        {
            // The service's own directory cannot be written: this affects all jobs, so the whole backend is paused.
            return new Submission.Deferred($"No process can be started for the job: {exception.Message}", DeferralScope.Backend);
        }
    }

    /// <summary>Waits, for 2 s at most, until the condition holds.</summary>
    private async Task UntilAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        TimeSpan deadline = time.Monotonic() + TimeSpan.FromSeconds(2);
        while (!condition() && time.Monotonic() < deadline)
            await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellationToken);
    }

    /// <summary>
    /// Opens the workspace as it is now: the request was checked when it came, and a step of another job may have replaced the workspace.
    /// What root's service made in it becomes the step's user's.
    /// </summary>
    private WrapperPlace? PlaceOf(Attempt attempt, WrapperFiles files, out Submission? refusal)
    {
        string path = attempt.Spec.WorkflowWorkspace;
        try
        {
            StepUser? user = stepUsers.Of(attempt.Owner, out string problem);
            using WorkspaceHandle? workspace = problem.Length > 0 ? null : workspaces.Open(path, out problem);
            if (workspace is not null && user is not null && !workspaces.IsShared(path))
                problem = workspace.Give(user.User, user.Group) is { } other ? BelongsTo(attempt, other, user) : "";
            refusal = problem.Length > 0 ? new Submission.Rejected(problem) : null;
            return refusal is null
                ? WrapperPlace.Shared(files.Directory) with { WorkspaceIs = workspace!.RealPath, StepUser = user }
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            refusal = new Submission.Deferred(
                $"The workspace '{path}', or the user of its steps, cannot be looked at: {exception.Message}", DeferralScope.Attempt);
            return null;
        }
    }

    private static string BelongsTo(Attempt attempt, uint other, StepUser user) =>
        $"The workspace '{attempt.Spec.WorkflowWorkspace}' belongs to {Login.NameOf(other) ?? "user"} (id {other}), but the steps of user "
            + $"'{attempt.Owner}' run as {(user.Login.Length > 0 ? user.Login : "user")} (id {user.User}): chown it, or name a login for "
            + $"'{attempt.Owner}' in 'accounts' of the backends file.";

    private static BackendHandle HandleOf(Attempt attempt) => new(attempt.Identity, "");

    /// <summary>The handle of a wrapper that runs. If its process cannot be examined now, the claim identifies it.</summary>
    private static BackendHandle StartedHandleOf(Attempt attempt, int pid)
    {
        try
        {
            return ProcessTable.StartTime(pid) is { } start ? new BackendHandle(attempt.Identity, $"{pid} {start}") : HandleOf(attempt);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return HandleOf(attempt);
        }
    }

    private WrapperFiles FilesOf(Attempt attempt) => new(Path.Combine(directory, attempt.Identity));
}
