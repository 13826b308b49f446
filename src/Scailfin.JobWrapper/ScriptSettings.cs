using System.Globalization;
using System.Text;
using Scailfin.Core.JobManagers;
using Scailfin.Core.Jobs;
using Scailfin.JobWrapper.Sites;

namespace Scailfin.JobWrapper;

/// <summary>The settings at the head of a script, each already a word, a list of words or a number of bash.</summary>
internal static class ScriptSettings
{
    public static string Version { get; } = typeof(ScriptSettings).Assembly.GetName().Version?.ToString(3) ?? "0";

    public static IReadOnlyDictionary<string, string> Of(Attempt attempt, SiteProfile profile, WrapperPlace place)
    {
        JobResources resources = profile.ResourcesOf(attempt.Spec);
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["VERSION"] = Version,
            ["IDENTITY"] = attempt.Identity,
            ["NOT_WHOLE"] = Number(WrapperExitCodes.NotWhole),
            ["STAGING"] = Sentence(place),
            ["NONCE"] = BashText.Quote(place.Nonce),
            ["JOB_ID"] = BashText.Quote(attempt.JobId.ToString()),
            ["ATTEMPT"] = Number(attempt.Number),
            ["WORKSPACE"] = BashText.Quote(attempt.Spec.WorkflowWorkspace.TrimEnd('/')),
            ["IMAGE"] = BashText.Quote(attempt.Spec.DockerImage),
            ["TIMEOUT_S"] = Seconds(attempt.Spec.Timeout),
            ["TASKS"] = Number(resources.Tasks ?? 1),
            ["NODES"] = Number(resources.Nodes ?? 0),
            ["CPUS"] = Number(resources.Cpus ?? 0),
            ["GPUS"] = Number(resources.Gpus ?? 0),
            ["WORKSPACE_IS"] = BashText.Quote(place.WorkspaceIs),
            ["STEP_USER"] = place.StepUser is { } user ? $"{user.User}:{user.Group}" : "''",
            ["STEP_LOGIN"] = BashText.Quote(place.StepUser?.Login ?? ""),
            ["AS_STEP_USER"] = Words(place.StepUser?.Words ?? []),
            ["DIRECTORY"] = BashText.Quote(place.Directory ?? ""),
            ["INPUT_SIZE"] = place.Input is var (size, _) ? Number(size) : "''",
            ["INPUT_DIGEST"] = BashText.Quote(place.Input?.Sha256 ?? ""),
            ["STAGING_NAME"] = SiteProfile.NameOf(place.Staging),
            ["ECHOES"] = place.EchoesOutput ? "yes" : "''",
            ["RUNTIMES"] = BashText.Quote(string.Join(' ', profile.Runtimes)),
            ["LAUNCHER"] = profile.Launcher,
            ["LAUNCHER_OPTIONS"] = Words(profile.LauncherOptions),
            ["MODULE_INIT"] = Words(profile.ModuleInit),
            ["SCRATCH"] = Words(profile.Scratch),
            ["IMAGE_CACHE"] = Words(profile.ImageCache),
            ["IMAGE_DIRECTORIES"] = Words([.. profile.ImageDirectories.Select(directory => directory.TrimEnd('/'))]),
            ["BINDS"] = Words(profile.Binds),
            ["SITE_MOUNTS"] = Words(profile.SiteMounts),
            ["CONTAINER_ROOT"] = BashText.Quote(profile.ContainerWorkspaceRoot),
            ["UMASK"] = profile.Umask,
            ["GRACE_S"] = Seconds(profile.StopGrace),
            ["STEP_GRACE_S"] = Seconds(place.Staging == StagingMode.Shared ? profile.StopGrace : profile.StopGrace / 2),
            ["LOG_HEAD"] = Number(profile.LogHead),
            ["LOG_TAIL"] = Number(profile.LogTail),
            ["PULL_TRIES"] = Number(profile.PullTries),
            ["PULL_TIMEOUT_S"] = Seconds(profile.PullTimeout),
            ["STAGE_TIMEOUT_S"] = Seconds(profile.StageTimeout),
            ["LISTED"] = Number(profile.ListedOutputs),
            ["HASHED"] = Number(profile.HashedBytes),
            ["WORDS"] = RuntimeWords(profile),
        };
    }

    private static string RuntimeWords(SiteProfile profile)
    {
        var lines = new StringBuilder();
        foreach (string runtime in profile.Runtimes.Where(runtime => runtime != "none"))
        {
            string suffix = runtime.Replace('-', '_');
            lines.Append($"module_words_{suffix}=({Words(profile.Modules.GetValueOrDefault(runtime) ?? [runtime])})\n");
            if (profile.RuntimeOptions.TryGetValue(runtime, out IReadOnlyList<string>? options))
                lines.Append($"runtime_words_{suffix}=({Words(options)})\n");
            if (profile.GpuOptions.TryGetValue(runtime, out IReadOnlyList<string>? gpus))
                lines.Append($"gpu_words_{suffix}=({Words(gpus)})\n");
        }

        return lines.ToString().TrimEnd('\n');
    }

    private static string Sentence(WrapperPlace place) => place.Staging switch
    {
        StagingMode.Shared => "The workspace is used in place.",
        StagingMode.Transfer => "The workspace arrives as input.tar beside this file and leaves as output.tar.",
        _ => "The workspace comes from the submit host, and goes back there, through HTCondor's I/O proxy.",
    };

    private static string Words(IEnumerable<string> words) => string.Join(' ', words.Select(BashText.Quote));

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan time) => Number(Math.Max(1, (long)Math.Ceiling(time.TotalSeconds)));
}
