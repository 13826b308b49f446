using HTCondor.Net.ClassAds;
using HTCondor.Net.Jobs;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobManagers.Batch.Accounts;
using Scailfin.JobManagers.Batch.Attempts;
using Scailfin.JobManagers.HTCondor.Ads;
using Scailfin.JobManagers.HTCondor.Options;
using Scailfin.JobWrapper;
using Scailfin.JobWrapper.Sites;

namespace Scailfin.JobManagers.HTCondor.Requests;

/// <summary>
/// The job that HTCondor is given for an attempt. Pure: command and environment of the step are in the wrapper, not in the ad.
/// </summary>
internal static class StepDescription
{
    private const int LongestDescription = 200;
    private const long Kept = 864_000;

    /// <param name="attempt">The attempt.</param>
    /// <param name="request">The resources that the step asks for.</param>
    /// <param name="options">The backend's options.</param>
    /// <param name="backend">The backend's name.</param>
    /// <param name="account">The submitting account.</param>
    /// <param name="hasInput">Whether an archive of the workspace was packed.</param>
    public static JobDescription Of(
        Attempt attempt, StepRequest request, HTCondorOptions options, string backend, Account account, bool hasInput)
    {
        var place = new AttemptPlace(attempt);
        StagingMode staging = options.Profile.Staging;
        bool shared = staging == StagingMode.Shared;
        string[] archive = hasInput && staging == StagingMode.Transfer ? [WrapperFiles.InputArchiveName] : [];
        return new JobDescription
        {
            Universe = options.ContainerUniverse ? JobUniverse.Container : JobUniverse.Vanilla,
            Image = options.ContainerUniverse ? ImageOf(attempt.Spec.DockerImage) : null,

            // bash reads the wrapper, so the file needs no execute permission, and may lie on a file system mounted with noexec.
            Executable = "/bin/bash",
            TransferExecutable = false,
            Arguments = [shared ? place.Files.Script : WrapperFiles.ScriptName],
            WorkingDirectory = place.Directory,
            Output = shared ? null : Path.GetFileName(place.Stream),
            Error = Path.GetFileName(place.Errors),
            Stream = !shared && !options.Spool,
            EventLog = options.Spool ? null : place.EventLog,
            Requirements = Requirements(request, options),
            Architecture = options.Architecture.Length == 0 ? null : options.Architecture,
            Cpus = request.Resources.Cpus ?? 1,
            MemoryMiB = Math.Max(1, Quantity.In(20, request.Resources.Memory ?? 0)),
            DiskKiB = Math.Max(1, Quantity.In(10, request.Resources.Disk ?? 0)),
            Gpus = request.Resources.Gpus ?? 0,
            Transfer = shared ? FileTransfer.No : FileTransfer.Yes,
            FileSystemDomain = shared ? options.FileSystemDomain : null,
            InputFiles = shared ? [] : [WrapperFiles.ScriptName, .. archive],
            OutputFiles = staging == StagingMode.Transfer
                ? [WrapperFiles.OutputName, WrapperFiles.OutputArchiveName, WrapperFiles.ReceiptName, WrapperFiles.ComplaintsName]
                : [],
            WantIOProxy = staging == StagingMode.Chirp,
            LeaveInQueue = UntilReleased(),
            AccountingGroup = request.AccountingGroup,
            AccountingUser = request.AccountingGroup is not null && account.Login.Length > 0 ? account.Login : null,
            BatchName = attempt.Spec.WorkflowUuid.ToString(),
            Description = DescriptionOf(attempt.Spec),
            MaxRuntime = WholeRuntime(attempt.Spec, request, options.Profile),
            Priority = options.Priority,
            Extra = OursIn(attempt, request, options, backend),
        };
    }

    /// <summary>How long the step itself may run.</summary>
    public static TimeSpan StepRuntime(JobSpec spec, StepRequest request)
    {
        TimeSpan runtime = request.MaxRuntime is { } most && most < spec.Timeout ? most : spec.Timeout;
        return request.Resources.Time is { } time && time < runtime ? time : runtime;
    }

    /// <summary>The wrapper ends the step in time; this is for a wrapper that does not end itself.</summary>
    private static TimeSpan WholeRuntime(JobSpec spec, StepRequest request, SiteProfile profile) =>
        StepRuntime(spec, request)
            + (2 * profile.StageTimeout)
            + (profile.PullTries * profile.PullTimeout)
            + profile.StopGrace
            + TimeSpan.FromMinutes(5);

    /// <summary>
    /// The site's, the step's, and that what was started is never started again. NumJobStarts reaches the queue seconds after the start,
    /// with the shadow's next update, or never if the shadow is killed before: the schedd's own count of shadows is what can be relied on.
    /// </summary>
    private static ClassAdExpression Requirements(StepRequest request, HTCondorOptions options)
    {
        ClassAdExpression none = ClassAdExpression.Of(0);
        ClassAdExpression neverStarted = ClassAdExpression.My("NumJobStarts").OrElse(none).EqualTo(none);
        ClassAdExpression neverTried =
            ClassAdExpression.My("NumShadowStarts").OrElse(none).AtMost(ClassAdExpression.My(HTCondorAttributes.AllowedTries).OrElse(none));
        IEnumerable<ClassAdExpression?> all = [options.Requirements, request.Requirements, neverStarted, neverTried];
        return all.OfType<ClassAdExpression>().Aggregate((one, other) => one.And(other));
    }

    /// <summary>Keeps a completed job in the queue until it is released, for ten days at most.</summary>
    private static ClassAdExpression UntilReleased()
    {
        ClassAdExpression age = ClassAdExpression.Call("time").Minus(ClassAdExpression.Attribute("EnteredCurrentStatus"));
        return ClassAdExpression.Attribute("JobStatus").EqualTo(ClassAdExpression.Of(HTCondorStates.Completed))
            .And(ClassAdExpression.Attribute(HTCondorAttributes.Released).IsNot(ClassAdExpression.Of(value: true)))
            .And(age.LessThan(ClassAdExpression.Of(Kept)));
    }

    private static ClassAd OursIn(Attempt attempt, StepRequest request, HTCondorOptions options, string backend)
    {
        var ad = new ClassAd();
        foreach ((string name, ClassAdExpression value) in options.Attributes)
            ad.Set(name, value);
        ad.Set(HTCondorAttributes.JobId, attempt.JobId.ToString());
        ad.Set(HTCondorAttributes.Attempt, attempt.Number);
        ad.Set(HTCondorAttributes.Backend, backend);
        ad.Set(HTCondorAttributes.Workflow, attempt.Spec.WorkflowUuid.ToString());

        ad.Set(HTCondorAttributes.VacateTime, (long)Math.Ceiling(options.Profile.StopGrace.TotalSeconds) + 20);
        if (request.Flavour is { } flavour)
            ad.Set("JobFlavour", flavour);
        else if (request.MaxRuntime is { } runtime && options.Flavours.Count > 0)
            ad.Set("MaxRunTime", (long)runtime.TotalSeconds);
        return ad;
    }

    private static string DescriptionOf(JobSpec spec)
    {
        // HTCondor would replace $$(NAME) by an attribute of the machine.
        string plain = spec.JobName.Contains("$$", StringComparison.Ordinal) ? spec.JobName.Replace('$', ' ') : spec.JobName;
        string name = string.Concat(plain.Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? ' ' : letter)).Trim();
        string text = $"{spec.WorkflowUuid} {name}".Trim();
        return text.Length > LongestDescription ? text[..LongestDescription] : text;
    }

    /// <summary>A name is a registry's unless it says otherwise.</summary>
    private static string ImageOf(string image) =>
        image.StartsWith('/') || image.Contains("://", StringComparison.Ordinal) ? image : $"docker://{image}";
}
