using System.Globalization;

namespace Scailfin.JobManagers.Kubernetes.Manifests;

/// <summary>
/// Makes the init containers for VOMS and Rucio: a script of ours, a directory for its results, and the user's secrets. The script's errors
/// become the container's last message, which the job's reason quotes.
/// </summary>
internal static class CredentialContainer
{
    public static ContainerManifest Of(PodDraft draft, string name, string image, string script, string cache, string cachePath) =>
        new(name, image)
        {
            ImagePullPolicy = "IfNotPresent",
            Command = ["/bin/bash", "-c"],
            Args = [Dollars.Double(Script.Read(script))],
            Env =
            [
                .. UserSecretsPart.Variables(draft),
                .. draft.Options.Authentication.Variables.Where(variable => draft.Secrets?.Variables.Contains(variable.Key) != true)
                    .Select(variable => new EnvironmentEntry(variable.Key) { Value = Dollars.Double(variable.Value) }),
                new EnvironmentEntry("SCAILFIN_JOB_UID") { Value = draft.Uid.ToString(CultureInfo.InvariantCulture) },
            ],
            VolumeMounts = [.. UserSecretsPart.Mounts(draft), new MountManifest(cache, cachePath)],
            TerminationMessagePolicy = "FallbackToLogsOnError",
        };
}
