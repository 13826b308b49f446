using System.Globalization;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobWrapper.Sites;

namespace Scailfin.JobWrapper;

/// <summary>
/// Explains in words what a script will do, for an operator who wants to know before it runs. It shows only the names of the job's
/// environment variables.
/// </summary>
public static class WrapperExplanation
{
    /// <summary>Runtimes with which the site, not the wrapper, decides where a step may write.</summary>
    private static readonly string[] BySite = ["shifter", "podman-hpc", "none"];

    /// <summary>Explains a script in one or a few sentences for each phase, in their order.</summary>
    public static IReadOnlyList<string> Of(Attempt attempt, SiteProfile profile, WrapperPlace place) =>
    [
        Claim(attempt, place),
        Locate(profile),
        StageIn(attempt.Spec, profile, place),
        Image(attempt.Spec, profile),
        Run(attempt.Spec, profile),
        .. Writable(attempt.Spec, profile),
        Environment(attempt.Spec),
        .. Shifter(attempt.Spec, profile),
        Signals(attempt.Spec, profile, place),
        StageOut(place),
        $"At the end, whatever happened, {WrapperFiles.ReceiptName} says how it ended; "
            + $"{WrapperFiles.OutputName} has what the step printed (its first {profile.LogHead} bytes and its last {profile.LogTail}), "
            + $"{WrapperFiles.ComplaintsName} what the script complained about.",
    ];

    private static string Claim(Attempt attempt, WrapperPlace place)
    {
        string where = place.Directory is { } directory ? $"'{directory}'" : "the directory that the job starts in";
        string how = place.Staging == StagingMode.Chirp ? " on the submit host, through HTCondor's I/O proxy" : "";
        return $"Job {attempt.JobId}, attempt {attempt.Number}: claims '{WrapperFiles.ClaimName}' in {where}{how}; "
            + $"a second copy changes nothing and exits with {WrapperExitCodes.SecondCopy}.";
    }

    private static string Locate(SiteProfile profile)
    {
        IEnumerable<string> modules = profile.Runtimes.Where(runtime => runtime != "none")
            .Select(runtime => string.Join(' ', profile.Modules.GetValueOrDefault(runtime) ?? [runtime]));
        string launcher = profile.Launcher == "none" ? "" : $" The launcher {profile.Launcher} must be on PATH too.";
        return $"Looks for a container runtime on PATH, in this order: {string.Join(", ", profile.Runtimes)}; "
            + $"then by loading the modules {string.Join(", ", modules)}. "
            + $"None: exit code {WrapperExitCodes.NoRuntime}.{launcher}";
    }

    private static string StageIn(JobSpec spec, SiteProfile profile, WrapperPlace place)
    {
        string scratch = $"the first of these that can be written: {string.Join(", ", profile.Scratch)}";
        return place.Staging switch
        {
            StagingMode.Shared => $"Uses the workspace '{spec.WorkflowWorkspace}' in place.",
            StagingMode.Transfer => $"Unpacks {WrapperFiles.InputArchiveName}, which the service put beside the script, in {scratch}.",
            _ =>
                $"Fetches {WrapperFiles.InputArchiveName} from the submit host with condor_chirp, chirp_get or parrot_run, "
                    + $"and unpacks it in {scratch}.",
        };
    }

    private static string Image(JobSpec spec, SiteProfile profile)
    {
        if (spec.DockerImage.StartsWith('/'))
            return $"Takes the image '{spec.DockerImage}' of the node.";
        string local = profile.ImageDirectories.Count == 0
            ? ""
            : $"Looks for the image '{spec.DockerImage}' in {string.Join(", ", profile.ImageDirectories)}. ";
        IReadOnlyList<string> cache = profile.ImageCache.Count == 0 ? profile.Scratch : profile.ImageCache;
        return $"{local}If need be fetches it once for each node, in {profile.PullTries} tries of {Seconds(profile.PullTimeout)} at most, "
            + $"into {string.Join(" or ", cache)}.";
    }

    private static string Run(JobSpec spec, SiteProfile profile)
    {
        JobResources resources = profile.ResourcesOf(spec);
        string launcher = profile.Launcher == "none" ? "" : $" through {profile.Launcher} with {resources.Tasks ?? 1} task(s)";
        string gpus = resources.Gpus is > 0 and var count ? $", with {count} GPU(s)" : "";
        string binds =
            profile.Binds.Count == 0 ? "nothing else of the node" : $"of the node {string.Join(", ", profile.Binds)} if they exist";
        return $"Runs the command{launcher} in the container{gpus}, in its workspace '{spec.WorkflowWorkspace}', "
            + $"with umask {profile.Umask}; the container sees {binds}.";
    }

    private static IEnumerable<string> Writable(JobSpec spec, SiteProfile profile)
    {
        string shared = profile.Runtimes.Contains("charliecloud") ? " (with charliecloud, /dev/shm is the node's)" : "";
        if (profile.Runtimes.Any(runtime => !BySite.Contains(runtime)))
        {
            yield return $"The step may write its workspace '{spec.WorkflowWorkspace}', and /tmp (its HOME), /var/tmp and /dev/shm, "
                + $"which are private to the step and deleted at its end{shared}. Everything else, image and node, stays as it is: "
                + "a write is refused, or changes a copy that is deleted at the step's end.";
        }

        string[] others = [.. profile.Runtimes.Where(BySite.Contains)];
        if (others.Length > 0)
            yield return $"With {string.Join(" or ", others)}, the site decides where else the step may write.";
    }

    private static string Environment(JobSpec spec) => spec.Environment.Count == 0
        ? "The step has its image's environment and no variables of its own."
        : $"The step has its image's environment and {string.Join(", ", spec.Environment.Select(variable => variable.Key))}.";

    private static IEnumerable<string> Shifter(JobSpec spec, SiteProfile profile)
    {
        if (!profile.Runtimes.Contains("shifter"))
            yield break;
        if (profile.SiteMounts.Any(mount => $"{spec.WorkflowWorkspace}/".StartsWith($"{mount.TrimEnd('/')}/", StringComparison.Ordinal)))
            yield return "With Shifter, the workspace is in every container already, by the administrator's doing.";
        else if (profile.ContainerWorkspaceRoot.Length > 0)
            yield return $"With Shifter, a workspace under /etc or /var stands at '{profile.ContainerWorkspaceRoot}', "
                + "and command and environment are rewritten to that.";
    }

    private static string Signals(JobSpec spec, SiteProfile profile, WrapperPlace place)
    {
        TimeSpan step = place.Staging == StagingMode.Shared ? profile.StopGrace : profile.StopGrace / 2;
        return $"After {Seconds(spec.Timeout)}, or when the scheduler sends TERM, INT, HUP, USR1, USR2 or XCPU, "
            + $"the step gets TERM and {Seconds(step)} later KILL.";
    }

    private static string StageOut(WrapperPlace place) => place.Staging switch
    {
        StagingMode.Shared => "Nothing travels back: the step worked in the workspace itself.",
        StagingMode.Transfer =>
            $"Packs what the step changed and made into {WrapperFiles.OutputArchiveName} beside the script; "
                + "links that point outside the workspace are not packed.",
        _ =>
            $"Packs what the step changed and made and sends {WrapperFiles.OutputArchiveName} to the submit host; "
                + "links that point outside the workspace are not packed.",
    };

    private static string Seconds(TimeSpan time) => $"{Math.Ceiling(time.TotalSeconds).ToString(CultureInfo.InvariantCulture)} s";
}
