namespace Scailfin.JobManagers.Kubernetes.Manifests;

/// <summary>The variables of the request and those of every step, as they are (contract C.2).</summary>
internal static class RequestEnvironmentPart
{
    public static void Add(PodDraft draft) => draft.Environment.AddRange(
        draft.Spec.Environment.Select(pair => new EnvironmentEntry(pair.Key) { Value = Dollars.Double(pair.Value) }));
}
