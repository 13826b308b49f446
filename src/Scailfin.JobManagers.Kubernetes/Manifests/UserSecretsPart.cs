namespace Scailfin.JobManagers.Kubernetes.Manifests;

/// <summary>
/// A user's secrets, by reference (contract C.2, C.3). As in REANA they are mounted even if none of them is a file; Kubernetes then
/// makes a file of each.
/// </summary>
internal static class UserSecretsPart
{
    public static void Add(PodDraft draft)
    {
        if (draft.Secrets is not { } secrets)
            return;
        draft.Environment.AddRange(Variables(draft));
        KeyPath[] items = [.. secrets.Files.Select(file => new KeyPath(file, file))];
        draft.Volumes.Add(new VolumeManifest(secrets.Name) { Secret = new SecretVolume(secrets.Name, items.Length > 0 ? items : null) });
        draft.Mounts.AddRange(Mounts(draft));
    }

    /// <summary>For any container of the pod.</summary>
    public static IEnumerable<EnvironmentEntry> Variables(PodDraft draft) =>
        draft.Secrets is { } secrets ? secrets.Variables.Select(key => EnvironmentEntry.OfSecret(secrets.Name, key)) : [];

    /// <summary>For any container of the pod.</summary>
    public static IEnumerable<MountManifest> Mounts(PodDraft draft) => draft.Secrets is { } secrets
        ? [new MountManifest(secrets.Name, draft.Options.Storage.SecretMountPath) { ReadOnly = true }]
        : [];
}
