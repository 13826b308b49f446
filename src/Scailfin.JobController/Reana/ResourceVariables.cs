using Scailfin.JobController.Settings;
using Scailfin.JobManagers.Kubernetes.Options;

namespace Scailfin.JobController.Reana;

/// <summary>Four variables that hold Kubernetes quantities.</summary>
internal static class ResourceVariables
{
    /// <param name="reader">The reader of the variables.</param>
    /// <param name="prefix">The prefix of the four variables.</param>
    /// <param name="problemsAreNotes">
    /// Upstream hands a default to Kubernetes as it is, which knows more quantities than contract C.7: in a sidecar those go on working.
    /// </param>
    public static KubernetesResources Read(SettingsReader reader, string prefix, bool problemsAreNotes)
    {
        const string Cpu = "a number of cores such as 0.5, or of millicores such as 500m";
        const string Memory = "a number of bytes, or of K, M, G, T, P, E, Ki, Mi, Gi, Ti, Pi, Ei, such as 1.5Gi";
        return new KubernetesResources
        {
            CpuRequest = One("CPU_REQUEST", KubernetesQuantities.IsCpu, Cpu),
            CpuLimit = One("CPU_LIMIT", KubernetesQuantities.IsCpu, Cpu),
            MemoryRequest = One("MEMORY_REQUEST", KubernetesQuantities.IsMemory, Memory),
            MemoryLimit = One("MEMORY_LIMIT", KubernetesQuantities.IsMemory, Memory),
        };

        string? One(string name, Func<string, bool> isValid, string rule)
        {
            if (!problemsAreNotes)
                return reader.Optional(prefix + name, isValid, rule);
            if (reader.Optional(prefix + name) is not { } value)
                return null;
            if (!isValid(value))
                reader.Note(
                    $"{prefix}{name} is '{value}', which is not {rule}: it goes to Kubernetes as it is, and is compared with nothing");
            return value;
        }
    }
}
